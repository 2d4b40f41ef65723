package gen5

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"datadog-hosts/standins/agent/confd"
	"datadog-hosts/standins/agent/logging"
)

// forwarderAddress is where the original's forwarder listens; here it answers the commands of the same binary.
const forwarderAddress = "127.0.0.1:17123"

// ExitStatus is an error that stands for a status only: what there is to say was printed.
type ExitStatus int

// Error names the status.
func (s ExitStatus) Error() string { return "status " + strconv.Itoa(int(s)) }

// Entrypoint is the image's entrypoint: it copies the user's files, then runs the command it is given, which is the
// supervisor.
func Entrypoint(command []string) error {
	if len(command) == 0 || filepath.Base(command[0]) != "supervisord" {
		return fmt.Errorf("entrypoint.sh: this stand-in runs supervisord only, not %q", strings.Join(command, " "))
	}
	configured, log, err := configure(os.Stdout)
	if err != nil {
		return err
	}
	confd.CopyCustom("/conf.d", configFolder, ".yaml", log)
	confd.CopyCustom("/checks.d", checksFolder, ".py", log)
	return supervise(configured, log)
}

// configure reads the settings, and logs as they say.
func configure(output io.Writer) (Settings, *logging.Logger, error) {
	configured, err := FromEnvironment(os.Environ())
	if err != nil {
		return Settings{}, nil, err
	}
	level, err := logging.ParseLevel(configured.LogLevel)
	return configured, logging.New(output, level), err
}

func supervise(configured Settings, log *logging.Logger) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	// One restart that waits is enough: signals that come in while the processes stop ask for the same.
	hangups := make(chan struct{}, 1)
	go func() {
		for range signals {
			select {
			case hangups <- struct{}{}:
			default:
			}
		}
	}()
	supervisor := NewSupervisor(configured, configFolder, log)
	listener, err := net.Listen("tcp", forwarderAddress)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: supervisor.handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	defer func() { _ = server.Close() }()
	supervisor.Run(ctx, hangups)
	return nil
}

const statusHeader = "X-Exit-Status"

func (s *Supervisor) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /info", func(response http.ResponseWriter, _ *http.Request) {
		text, status := s.Info(os.Getpid())
		response.Header().Set(statusHeader, strconv.Itoa(status))
		_, _ = io.WriteString(response, text)
	})
	mux.HandleFunc("GET /processes", func(response http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(response, s.Processes(os.Getpid()))
	})
	return mux
}

// InitScript is /etc/init.d/datadog-agent, as far as it is of use in a container.
func InitScript(arguments []string) error {
	switch command := strings.Join(arguments, " "); command {
	case "info", "status", "info -v":
		return ask("/info", notRunning("Collector")+notRunning("Forwarder"))
	case "configcheck", "configtest":
		return configCheck(configFolder)
	default:
		return errors.New("Usage: /etc/init.d/datadog-agent {info|status|configcheck|configtest}") //nolint:staticcheck // the original's text
	}
}

// SupervisorControl is supervisorctl; it knows `status` only.
func SupervisorControl(arguments []string) error {
	if len(arguments) == 0 || arguments[len(arguments)-1] != "status" {
		return errors.New("supervisorctl: this stand-in knows the command status only")
	}
	return ask("/processes", "unix:///dev/shm/datadog-supervisor.sock no such file\n")
}

func ask(path, silence string) error {
	address := url.URL{Scheme: "http", Host: forwarderAddress, Path: path}
	client := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{}}
	response, err := client.Get(address.String())
	if err != nil {
		fmt.Print(silence)
		return ExitStatus(255)
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.Copy(os.Stdout, response.Body); err != nil {
		return err
	}
	if status, err := strconv.Atoi(response.Header.Get(statusHeader)); err == nil && status != 0 {
		return ExitStatus(status)
	}
	return nil
}

func configCheck(folder string) error {
	files, _ := filepath.Glob(filepath.Join(folder, "*"+yamlSuffix))
	valid := true
	for _, path := range files {
		_, err := ReadFile(path)
		switch {
		case errors.Is(err, errNoInstances):
			fmt.Printf("%s contains warning:\n    %s\n", filepath.Base(path), err)
		case err != nil:
			valid = false
			fmt.Printf("%s contains errors:\n    %s\n", filepath.Base(path), err)
		default:
			fmt.Printf("%s is valid\n", filepath.Base(path))
		}
	}
	if !valid {
		fmt.Println("Fix the invalid yaml files above in order to start the Datadog agent. A useful external tool for yaml parsing can be found at http://yaml-online-parser.appspot.com/")
		return ExitStatus(1)
	}
	fmt.Println("All yaml files passed. You can now run the Datadog agent.")
	return nil
}
