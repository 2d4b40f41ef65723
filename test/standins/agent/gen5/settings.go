// Package gen5 is generation 5 of the agent, as the container datadog/docker-dd-agent runs it.
//
// What it does was read in DataDog/docker-dd-agent (entrypoint.sh, config_builder.py) and DataDog/dd-agent 5.32.
package gen5

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"datadog-hosts/standins/agent/checks/web"
	"datadog-hosts/standins/agent/settings"
)

// Settings of generation 5.
type Settings struct {
	APIKey   string
	Hostname string
	// Tags are TAGS, else DD_TAGS, with commas in between.
	Tags []string
	// IntakeURL is DD_URL, default https://app.datadoghq.com.
	IntakeURL string
	Proxy     settings.Proxy
	// LabelsAsTags is DD_COLLECT_LABELS_AS_TAGS, with commas in between.
	LabelsAsTags []string
	// CheckInterval is the pause between two collections; DD_CONF_CHECK_FREQ in seconds, default 15 s.
	CheckInterval time.Duration
	LogLevel      string
	// Problem is what keeps the collector from working; the container runs all the same.
	Problem string
}

const (
	defaultIntakeURL     = "https://app.datadoghq.com"
	defaultCheckInterval = 15
	apiKeyLength         = 32
)

// harmless variables are accepted and have no effect on what this project reads.
var harmless = []string{
	"DD_ETC_ROOT", "DD_CONF_LOG_TO_SYSLOG", "DD_CONF_PROCFS_PATH", "DD_SUPERVISOR_DELETE_USER", "DD_LOGS_STDOUT",
	"DD_APM_ENABLED", "DD_PROCESS_AGENT_ENABLED", "DD_HOME",
}

// refused variables change what the original does in a way that is not done here.
var refused = []string{"SD_BACKEND", "SD_CONFIG_BACKEND", "KUBERNETES", "MESOS_MASTER", "MESOS_SLAVE", "MARATHON_URL", "DOGSTATSD_ONLY", "STATSD_METRIC_NAMESPACE"}

// local is what no proxy is ever asked for.
var local = []string{"127.0.0.1", "localhost", "169.254.169.254"}

type environment struct {
	values map[string]string
	used   []string
}

func (e *environment) first(names ...string) string {
	e.used = append(e.used, names...)
	for _, name := range names {
		if value := e.values[name]; value != "" {
			return value
		}
	}
	return ""
}

// FromEnvironment reads variables in the form of os.Environ. The error names variables that ask for what is not done
// here. What the original itself complains of, such as a missing key, is Settings.Problem: its container goes on.
func FromEnvironment(variables []string) (Settings, error) {
	e := &environment{values: map[string]string{}}
	for _, variable := range variables {
		name, value, _ := strings.Cut(variable, "=")
		e.values[name] = value
	}
	read := Settings{
		Hostname:     e.first("DD_HOSTNAME"),
		Tags:         splitList(e.first("TAGS", "DD_TAGS")),
		IntakeURL:    strings.TrimSuffix(e.first("DD_URL"), "/"),
		LabelsAsTags: splitList(e.first("DD_COLLECT_LABELS_AS_TAGS")),
		LogLevel:     e.first("LOG_LEVEL", "DD_LOG_LEVEL"),
	}
	if read.IntakeURL == "" {
		read.IntakeURL = defaultIntakeURL
	}
	if read.LogLevel == "" {
		read.LogLevel = "info"
	}
	read.readKey(e)
	read.readProxy(e)
	interval, err := readInterval(e.first("DD_CONF_CHECK_FREQ"))
	if err != nil {
		return read, err
	}
	read.CheckInterval = interval
	if read.Hostname == "" && read.Problem == "" {
		// The original asks the Docker engine and the kernel; a container's own name is no name for a host.
		return read, errors.New("DD_HOSTNAME: this stand-in does not find a host name by itself: set one")
	}
	return read, e.refuse()
}

// readKey takes DD_API_KEY before API_KEY, and the content of DD_API_KEY_FILE before both.
func (s *Settings) readKey(e *environment) {
	s.APIKey = e.first("DD_API_KEY", "API_KEY")
	if path := e.first("DD_API_KEY_FILE"); path != "" {
		content, err := os.ReadFile(path)
		if err == nil {
			s.APIKey = string(content)
		} else {
			s.Problem = "Unable to read the content of they key file specified in DD_API_KEY_FILE\n"
		}
	}
	if s.APIKey == "" {
		s.Problem += "You must set API_KEY environment variable or include a DD_API_KEY_FILE to run the Datadog Agent container"
		return
	}
	s.Problem = ""
	s.APIKey = strings.TrimSpace(s.APIKey)
	if len(s.APIKey) != apiKeyLength {
		s.Problem = "API key is invalid. Aborting."
	}
}

func (s *Settings) readProxy(e *environment) {
	host, port := e.first("PROXY_HOST"), e.first("PROXY_PORT")
	user, password := e.first("PROXY_USER"), e.first("PROXY_PASSWORD")
	s.Proxy.NoProxy = append(splitList(strings.ReplaceAll(e.first("no_proxy", "NO_PROXY"), ";", ",")), local...)
	if host == "" {
		return
	}
	if port == "" {
		port = "3128"
	}
	host = strings.TrimPrefix(host, "http://")
	address := url.URL{Scheme: "http", Host: host + ":" + port}
	if user != "" {
		address.User = url.UserPassword(user, password)
	}
	s.Proxy.HTTP, s.Proxy.HTTPS = address.String(), address.String()
}

// ProxyToIntake is the proxy that payloads go through. The original sends them with curl, which reads no_proxy too.
func (s *Settings) ProxyToIntake() settings.Proxy {
	if intake, err := url.Parse(s.IntakeURL); err == nil && web.Bypasses(intake.Hostname(), s.Proxy.NoProxy) {
		return settings.Proxy{}
	}
	return s.Proxy
}

func readInterval(text string) (time.Duration, error) {
	if text == "" {
		return defaultCheckInterval * time.Second, nil
	}
	seconds, err := strconv.Atoi(text)
	if err != nil || seconds < 1 {
		return 0, fmt.Errorf("DD_CONF_CHECK_FREQ: %q is no positive integer", text)
	}
	return time.Duration(seconds) * time.Second, nil
}

func (e *environment) refuse() error {
	var unknown []string
	for name := range e.values {
		known := slices.Contains(e.used, name) || slices.Contains(harmless, name)
		if slices.Contains(refused, name) || (strings.HasPrefix(name, "DD_") && !known) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	sort.Strings(unknown)
	return fmt.Errorf("%s: this stand-in of the agent does not know this variable, and would ignore what it asks for", strings.Join(unknown, ", "))
}

func splitList(text string) []string {
	var items []string
	for _, item := range strings.Split(text, ",") {
		if trimmed := strings.TrimSpace(item); trimmed != "" {
			items = append(items, trimmed)
		}
	}
	return items
}
