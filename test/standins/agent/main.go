// Command agent is a stand-in for the Datadog Agent, for machines that cannot get the vendor's images: generation 7, and
// as entrypoint.sh generation 5.
//
// It does what this project uses of the original and refuses the rest: it reads the same configuration, really runs its
// checks against real services, sends series to the configured intake, and answers `agent status`. What the original
// does was read in the public repositories DataDog/datadog-agent and DataDog/integrations-core; the vendor's image
// itself was never run beside it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"datadog-hosts/standins/agent/confd"
	"datadog-hosts/standins/agent/gen5"
	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/running"
	"datadog-hosts/standins/agent/secrets"
	"datadog-hosts/standins/agent/settings"
	"datadog-hosts/standins/agent/status"
)

const usage = `Usage: agent run | status [--json] | configcheck | check NAME --json [--check-rate] | health | hostname | version | secret-helper read --with-provider-prefixes`

// customFolder and customChecks are where users put files of their own; they are copied once, at the start of the container.
const (
	customFolder = "/conf.d"
	customChecks = "/checks.d"
)

func main() {
	if err := dispatch(filepath.Base(os.Args[0]), os.Args[1:]); err != nil {
		var status gen5.ExitStatus
		if errors.As(err, &status) {
			os.Exit(int(status))
		}
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(exitStatus(err))
	}
}

func exitStatus(err error) int {
	if errors.Is(err, errUsage) {
		return 2
	}
	return 1
}

var errUsage = errors.New(usage)

// dispatch picks what to do by the name the binary was called by: the images have links of all these names to it.
func dispatch(name string, arguments []string) error {
	switch name {
	case "init":
		return initialize()
	case "entrypoint.sh":
		return gen5.Entrypoint(arguments)
	case "supervisorctl":
		return gen5.SupervisorControl(arguments)
	case "dd-agent":
		return gen5.Program(arguments)
	case "datadog-agent":
		return gen5.InitScript(arguments)
	default:
		return command(arguments)
	}
}

func command(arguments []string) error {
	if len(arguments) > 1 && arguments[0] == "check" {
		return check(arguments[1], arguments[2:])
	}
	switch strings.Join(arguments, " ") {
	case "run":
		return start(false)
	case "status":
		return ask("/agent/status", url.Values{"format": {"text"}})
	case "status --json", "status -j":
		return ask("/agent/status", url.Values{"format": {"json"}})
	case "configcheck", "checkconfig":
		return ask("/agent/config-check", nil)
	case "health":
		return health()
	case "hostname":
		return ask("/agent/hostname", nil)
	case "version":
		fmt.Printf("Agent %s\n", status.Version)
		return nil
	case "secret-helper read --with-provider-prefixes":
		return secrets.ReadSecrets(os.Stdin, os.Stdout)
	default:
		return errUsage
	}
}

// initialize is the container's first process. In the original that is a supervisor: an agent that ends, or can't start,
// takes the container with it, whose status is 0 whatever the agent's was.
func initialize() error {
	if err := start(true); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		fmt.Fprintln(os.Stderr, "AGENT EXITED WITH CODE 255, SIGNAL 0, KILLING CONTAINER")
	}
	return nil
}

// start runs the agent. As the container's first process it does the work of the image's start scripts too, and ends at
// SIGHUP: the image's s6 takes that signal for an order to stop.
func start(asInit bool) error {
	hangups := make(chan os.Signal, 1)
	if asInit {
		signal.Notify(hangups, syscall.SIGHUP)
	}
	configured, err := settings.FromEnvironment(os.Environ())
	if err != nil {
		return err
	}
	log := logging.New(os.Stdout, configured.LogLevel)
	if asInit {
		own := filepath.Dir(configured.ConfdPath)
		confd.CopyCustom(customFolder, filepath.Join(own, "conf.d"), ".yaml", log)
		confd.CopyCustom(customChecks, configured.ChecksdPath, ".py", log)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	go func() {
		<-hangups
		log.Warnf("s6-svscan: received SIGHUP, shutting down: generation 7 must be sent no signal to reload")
		stop()
	}()
	return running.New(configured, log).Run(ctx)
}

// check runs one check by itself; of the original's flags it knows those that this project uses.
func check(name string, flags []string) error {
	withJSON, withRates := false, false
	for _, flag := range flags {
		switch flag {
		case "--json":
			withJSON = true
		case "--check-rate", "-r":
			withRates = true
		default:
			return errUsage
		}
	}
	if !withJSON || strings.HasPrefix(name, "-") {
		return errUsage
	}
	configured, err := settings.FromEnvironment(os.Environ())
	if err != nil {
		return err
	}
	output, err := running.CheckOnce(configured, name, withRates, logging.New(io.Discard, configured.LogLevel))
	if output != "" {
		fmt.Println(output)
	}
	return err
}

func ask(path string, query url.Values) error {
	answer, err := running.Ask(commandPort(), path, query)
	if err != nil {
		return err
	}
	fmt.Println(strings.TrimRight(answer, "\n"))
	return nil
}

func health() error {
	answer, err := running.Ask(commandPort(), "/agent/status/health", nil)
	if err != nil {
		return err
	}
	components := strings.Split(answer, ", ")
	fmt.Printf("Agent health: PASS\n=== %d healthy components ===\n%s\n", len(components), answer)
	return nil
}

// commandPort is where the running agent listens; other settings don't matter to a question.
func commandPort() int {
	if port, err := strconv.Atoi(os.Getenv("DD_CMD_PORT")); err == nil {
		return port
	}
	return settings.DefaultCommandPort
}
