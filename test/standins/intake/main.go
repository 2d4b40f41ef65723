// Command intake plays the vendor's intake in tests: it takes series and service checks, answers as the API does, and
// shows what came in. The same port is a forward proxy, to test agents that have to use one.
//
//	POST /api/v1/series, /api/v2/series (JSON), /api/v1/check_run, /api/v2/logs, /api/v0.2/traces,
//	     /intake/…                                                               202
//	GET  /api/v1/validate                                                      200
//	GET  /recorded?since=<milliseconds>                                        what came in
//	POST /fail?times=<n>&status=<code>, /fail?keys=invalid                     failures to come
//	POST /reset                                                                forget all of it
//
// The proxy reaches this intake, by its address or as http://intake, and what -allow names.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"net/http"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	listen := flag.String("listen", ":8080", "address to listen on")
	allow := flag.String("allow", "", "host:port pairs, with commas, that the proxy may reach besides this intake")
	flag.Parse()
	var allowed []string
	if *allow != "" {
		allowed = strings.Split(*allow, ",")
	}
	server := &http.Server{Addr: *listen, Handler: newServer(allowed), ReadHeaderTimeout: 10 * time.Second}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	log.Printf("intake: listening on %s", *listen)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}
