// Command docker-gen is a stand-in for docker-gen 0.17.2, for machines that cannot get the original.
//
// It renders Go templates from the containers of a Docker engine, again at every event, and notifies those that read
// the result. It keeps the original's awkward habits (in-place writes, fatal template errors, the panic over events
// with a short id): what works here must work there. It reaches engines through unix sockets only and has no TLS
// flags; both are refused, not ignored.
package main

import (
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
)

// buildVersion is what -version prints; the suffix keeps logs and tables honest about which program ran.
var buildVersion = "0.17.2-standin"

func main() {
	// Until the handlers are there, the default action of SIGHUP would end the process.
	signal.Ignore(syscall.SIGHUP)

	options := parseOptions(os.Args[1:])
	if options.showVersion {
		fmt.Println(buildVersion)
		return
	}
	if len(options.arguments) == 0 && len(options.configFiles) == 0 {
		options.usage()
		os.Exit(1)
	}

	blocks, err := options.blocks()
	if err != nil {
		log.Fatal(err)
	}
	generator, err := newGenerator(options.endpoint, options.eventFilter, blocks)
	if err != nil {
		log.Fatalf("Error creating generator: %v", err)
	}
	generator.run()
}
