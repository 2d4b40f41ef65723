// Package settings reads the agent's settings from its environment, as generation 7's container takes them.
package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"datadog-hosts/standins/agent/compression"
	"datadog-hosts/standins/agent/filter"
	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/secrets"
	"datadog-hosts/standins/agent/variables"
)

// Settings of generation 7, with the original's defaults filled in.
type Settings struct {
	APIKey   string
	Hostname string
	// Site is DD_SITE, default datadoghq.com.
	Site string
	// IntakeURL is DD_DD_URL, default https://api.<site>.
	IntakeURL string
	// HostTags are DD_TAGS and, for DD_ENV, `env:<value>`.
	HostTags []string
	Proxy    Proxy
	// IgnoredAutoConf are check names whose bundled auto_conf.yaml doesn't count.
	IgnoredAutoConf []string
	// PollFiles is DD_AUTOCONF_CONFIG_FILES_POLL; off by default.
	PollFiles bool
	// PollInterval is DD_AUTOCONF_CONFIG_FILES_POLL_INTERVAL in seconds, default 60 s.
	PollInterval time.Duration
	// ContainerEnvAsTags and ContainerLabelsAsTags map a variable's or label's name, in lower case, to a tag's name.
	ContainerEnvAsTags    map[string]string
	ContainerLabelsAsTags map[string]string
	LogLevel              logging.Level
	// Filters say which containers count.
	Filters filter.Filters
	// ConfdPath is DD_CONFD_PATH, default /etc/datadog-agent/conf.d.
	ConfdPath string
	// ChecksdPath is DD_ADDITIONAL_CHECKSD, default /etc/datadog-agent/checks.d: the folder with checks of the user's own.
	ChecksdPath string
	// CommandPort is DD_CMD_PORT, default 5001: where the running agent answers its own commands, on loopback.
	CommandPort int
	// SeriesV2 is DD_USE_V2_API_SERIES: series leave as protobuf, by the second version of the API. On by default.
	SeriesV2 bool
	// Compression is DD_SERIALIZER_COMPRESSOR_KIND, default zstd.
	Compression compression.Kind
	// Secrets resolves ENC[…] values.
	Secrets *secrets.Resolver
	// SkipSecretsOfChecks is DD_SECRET_BACKEND_SKIP_CHECKS: ENC[…] stays as it is in files and labels, while the agent's
	// own settings are still resolved.
	SkipSecretsOfChecks bool
	// Logs is what is read of containers' logs.
	Logs Logs
	// DogStatsD and APM are how metrics and traces of applications come in.
	DogStatsD DogStatsD
	APM       APM
	// Further are the kinds of data that go elsewhere than to IntakeURL.
	Further []Further
	Live    Live
	// Variables are what %%env_NAME%% in configs reads: the agent's environment as it is, handles unresolved.
	Variables variables.Environment
}

// Proxy is how HTTP leaves the host.
type Proxy struct {
	HTTP, HTTPS string
	NoProxy     []string
}

// ErrNoAPIKey is the message of the image's start script, which ends the container with status 1.
var ErrNoAPIKey = errors.New(`
==================================================================================
You must set an DD_API_KEY environment variable to run the Datadog Agent container
==================================================================================
`)

const (
	defaultSite      = "datadoghq.com"
	defaultConfdPath = "/etc/datadog-agent/conf.d"
	// DefaultCommandPort is the default of DD_CMD_PORT.
	DefaultCommandPort  = 5001
	defaultPollInterval = 60 * time.Second
)

// harmless variables are accepted and have no effect on what this project reads; booleans are checked to be some.
var harmlessBooleans = []string{
	"DD_PROCESS_AGENT_ENABLED", "DD_LOG_TO_CONSOLE",
	"DD_INVENTORIES_ENABLED",
	"DD_ENABLE_METADATA_COLLECTION", "DD_CLOUD_PROVIDER_METADATA",
	"DD_SECRET_BACKEND_COMMAND_ALLOW_GROUP_EXEC_PERM",
	"DD_SBOM_ENABLED", "DD_APM_TELEMETRY_ENABLED", "DD_EVP_PROXY_CONFIG_ENABLED", "DD_OL_PROXY_CONFIG_ENABLED",
	"DD_ENABLE_PAYLOADS_EVENTS",
}

var harmlessTexts = []string{
	"DD_APP_KEY", "DD_GIT_REPOSITORY_URL", "DD_GIT_COMMIT_SHA", "DD_LOG_FILE", "DD_PROCESS_CONFIG_EVENTS_DD_URL",
	"DD_ORCHESTRATOR_EXPLORER_ORCHESTRATOR_DD_URL", "DD_APM_PROFILING_DD_URL", "DD_APM_DEBUGGER_DD_URL",
	"DD_APM_DEBUGGER_DIAGNOSTICS_DD_URL", "DD_APM_SYMDB_DD_URL",
}

type reader struct {
	values  map[string]string
	used    map[string]bool
	secrets *secrets.Resolver
	errors  []string
}

// FromEnvironment reads variables in the form of os.Environ. The error lists everything that is wrong: an unknown DD_
// variable, a value of the wrong form, a host name that is missing. It never shows a value of DD_API_KEY.
func FromEnvironment(environment []string) (Settings, error) {
	r := &reader{values: map[string]string{}, used: map[string]bool{}}
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		r.values[name] = value
	}
	r.secrets = secrets.NewResolver(secrets.Backend{
		Command: r.raw("DD_SECRET_BACKEND_COMMAND", ""),
		Timeout: time.Duration(r.integer("DD_SECRET_BACKEND_TIMEOUT", 30)) * time.Second,
	})
	settings := Settings{
		Site:         r.text("DD_SITE", defaultSite),
		IntakeURL:    r.text("DD_DD_URL", ""),
		HostTags:     strings.Fields(r.text("DD_TAGS", "")),
		PollFiles:    r.boolean("DD_AUTOCONF_CONFIG_FILES_POLL"),
		PollInterval: time.Duration(r.integer("DD_AUTOCONF_CONFIG_FILES_POLL_INTERVAL", int(defaultPollInterval/time.Second))) * time.Second,
		ConfdPath:    r.text("DD_CONFD_PATH", defaultConfdPath),
		ChecksdPath:  r.text("DD_ADDITIONAL_CHECKSD", "/etc/datadog-agent/checks.d"),
		CommandPort:  r.integer("DD_CMD_PORT", DefaultCommandPort),
		Proxy: Proxy{
			HTTP: r.text("DD_PROXY_HTTP", ""), HTTPS: r.text("DD_PROXY_HTTPS", ""),
			NoProxy: strings.Fields(r.text("DD_PROXY_NO_PROXY", "")),
		},
		IgnoredAutoConf:       strings.Fields(r.text("DD_IGNORE_AUTOCONF", "")),
		ContainerEnvAsTags:    r.tagNames("DD_CONTAINER_ENV_AS_TAGS"),
		ContainerLabelsAsTags: r.tagNames("DD_CONTAINER_LABELS_AS_TAGS"),
		Secrets:               r.secrets,
		SkipSecretsOfChecks:   r.boolean("DD_SECRET_BACKEND_SKIP_CHECKS"),
		Variables: variables.Environment{
			Values:   r.values,
			Disabled: r.boolean("DD_AD_DISABLE_ENV_VAR_RESOLUTION"),
			Allowed:  strings.Fields(r.text("DD_AD_ALLOWED_ENV_VARS", "")),
		},
	}
	settings.Filters = filter.Filters{
		Include: r.containers("DD_CONTAINER_INCLUDE"), Exclude: r.containers("DD_CONTAINER_EXCLUDE"),
		IncludeMetrics: r.containers("DD_CONTAINER_INCLUDE_METRICS"), ExcludeMetrics: r.containers("DD_CONTAINER_EXCLUDE_METRICS"),
	}
	if environmentTag := r.text("DD_ENV", ""); environmentTag != "" {
		settings.HostTags = append(settings.HostTags, "env:"+environmentTag)
	}
	if settings.IntakeURL == "" {
		settings.IntakeURL = "https://api." + settings.Site
	}
	r.checkURL("DD_DD_URL", settings.IntakeURL)
	settings.Further = r.further(settings.Site)
	settings.Live = r.live(settings.Site)
	settings.Logs = r.logs(settings.Site)
	settings.DogStatsD = r.dogStatsD()
	settings.APM = r.apm(settings.Site)
	r.readLogLevel(&settings)
	r.readAPIKey(&settings)
	settings.Hostname = r.text("DD_HOSTNAME", "")
	r.refuse(validateHostname(settings.Hostname))
	r.checkHarmless()
	settings.SeriesV2 = r.booleanOr("DD_USE_V2_API_SERIES", true)
	settings.Compression = compression.Kind(r.oneOf("DD_SERIALIZER_COMPRESSOR_KIND", string(compression.Zstd),
		string(compression.Zlib), string(compression.Gzip), string(compression.None)))
	r.refuseUnknown()
	if settings.APIKey == "" && r.values["DD_API_KEY"] == "" {
		return settings, ErrNoAPIKey
	}
	if len(r.errors) > 0 {
		return settings, errors.New(strings.Join(r.errors, "\n"))
	}
	return settings, nil
}

func (r *reader) readLogLevel(settings *Settings) {
	level, err := logging.ParseLevel(r.text("DD_LOG_LEVEL", "info"))
	r.refuse(err)
	settings.LogLevel = level
}

func (r *reader) readAPIKey(settings *Settings) {
	key := r.text("DD_API_KEY", "")
	// The original trims a key too, so that a file may end with a newline.
	settings.APIKey = strings.TrimSpace(key)
}

func (r *reader) refuse(err error) {
	if err != nil {
		r.errors = append(r.errors, err.Error())
	}
}

// text is a setting of the type text, resolved where it is a handle.
func (r *reader) text(name, fallback string) string {
	value, err := r.secrets.Text(r.raw(name, fallback))
	r.refuse(err)
	return value
}

// raw is a setting as it stands in the environment.
func (r *reader) raw(name, fallback string) string {
	r.used[name] = true
	if value := r.values[name]; value != "" {
		return value
	}
	return fallback
}

func (r *reader) boolean(name string) bool { return r.booleanOr(name, false) }

func (r *reader) booleanOr(name string, fallback bool) bool {
	value := r.raw(name, strconv.FormatBool(fallback))
	parsed, err := strconv.ParseBool(strings.ToLower(value))
	if err != nil {
		r.refuse(fmt.Errorf("%s: %q is no boolean: write true or false", name, value))
	}
	return parsed
}

func (r *reader) integer(name string, fallback int) int {
	value := r.raw(name, strconv.Itoa(fallback))
	parsed, err := strconv.Atoi(value)
	if err != nil || parsed < 1 {
		r.refuse(fmt.Errorf("%s: %q is no positive integer", name, value))
		return fallback
	}
	return parsed
}

func (r *reader) containers(name string) filter.List {
	list, err := filter.Parse(r.raw(name, ""))
	if err != nil {
		r.refuse(fmt.Errorf("%s: %w", name, err))
	}
	return list
}

// natural is a whole number from 0 on.
func (r *reader) natural(name string, fallback int) int {
	value := r.raw(name, strconv.Itoa(fallback))
	parsed, err := strconv.Atoi(value)
	if err != nil || parsed < 0 {
		r.refuse(fmt.Errorf("%s: %q is no whole number", name, value))
		return fallback
	}
	return parsed
}

func (r *reader) tagNames(name string) map[string]string {
	value := r.raw(name, "{}")
	parsed := map[string]string{}
	if err := json.Unmarshal([]byte(value), &parsed); err != nil {
		r.refuse(fmt.Errorf("%s: not a JSON object of texts: %w", name, err))
	}
	lower := make(map[string]string, len(parsed))
	for key, tag := range parsed {
		lower[strings.ToLower(key)] = tag
	}
	return lower
}

func (r *reader) checkURL(name, value string) {
	parsed, err := url.Parse(value)
	if err != nil || parsed.Host == "" || (parsed.Scheme != "http" && parsed.Scheme != "https") {
		// A secret is shown by its handle.
		r.refuse(fmt.Errorf("%s: %q is no http or https address", name, r.raw(name, value)))
	}
}

// oneOf is a setting that is a fallback, or one of some other words.
func (r *reader) oneOf(name, fallback string, others ...string) string {
	value := r.raw(name, fallback)
	if value != fallback && !slices.Contains(others, value) {
		r.refuse(fmt.Errorf("%s: %q is none of %s", name, value, strings.Join(append(others, fallback), ", ")))
	}
	return value
}

func (r *reader) checkHarmless() {
	for _, name := range harmlessBooleans {
		r.boolean(name)
	}
	for _, name := range harmlessTexts {
		r.text(name, "")
	}
}

func (r *reader) refuseUnknown() {
	var unknown []string
	for name := range r.values {
		if strings.HasPrefix(name, "DD_") && !r.used[name] {
			unknown = append(unknown, name)
		}
	}
	sort.Strings(unknown)
	for _, name := range unknown {
		r.refuse(fmt.Errorf("%s: this stand-in of the agent does not know this variable, and would ignore what it asks for", name))
	}
}

// hostnamePattern is a host name by RFC 1123, as pkg/util/hostname/validate checks it.
var hostnamePattern = regexp.MustCompile(`^(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])\.)*([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])$`)

var localNames = []string{"localhost", "localhost.localdomain", "localhost6.localdomain6", "ip6-localhost"}

func validateHostname(name string) error {
	switch {
	case name == "":
		return errors.New("unable to reliably determine the host name. You can define one in the agent config file or in your hosts file")
	case slices.Contains(localNames, strings.ToLower(name)):
		return fmt.Errorf("DD_HOSTNAME: %s is a local hostname", name)
	case len(name) > 255:
		return errors.New("DD_HOSTNAME: name exceeded the maximum length of 255 characters")
	case !hostnamePattern.MatchString(name):
		return fmt.Errorf("DD_HOSTNAME: %s is not RFC1123 compliant", name)
	}
	return nil
}
