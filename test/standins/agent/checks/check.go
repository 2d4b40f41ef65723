// Package checks runs the integrations against real services.
package checks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"datadog-hosts/standins/agent/filter"
	"datadog-hosts/standins/agent/integration"
	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/tagger"
)

// ServiceStatus is the result of a service check, by the API's numbers.
type ServiceStatus int

// The statuses of a service check.
const (
	OK ServiceStatus = iota
	Warning
	Critical
	Unknown
)

// Sender takes what a check found. Tags are the check's own and the instance's; the host's are added later.
type Sender interface {
	Gauge(metric string, value float64, tags []string)
	// Rate takes a counter's reading; the second one of the same metric and tags makes a value for each second.
	Rate(metric string, reading float64, tags []string)
	// MonotonicCount takes a counter's reading; what came in between two readings is sent as a count.
	MonotonicCount(metric string, reading float64, tags []string)
	ServiceCheck(name string, status ServiceStatus, tags []string, message string)
	// Warn keeps a text for the status; the run is no failure for it.
	Warn(format string, arguments ...any)
}

// Check is one instance of one integration.
type Check interface {
	// Run does the check once. Its error is what the status shows as the last error.
	Run(ctx context.Context, sender Sender) error
}

// Environment is what checks share.
type Environment struct {
	Log      *logging.Logger
	Hostname string
	// DockerSocket is the path of the engine's socket.
	DockerSocket string
	// CustomChecks is the folder with checks of the user's own; empty for none.
	CustomChecks string
	// Filters say which containers have metrics.
	Filters filter.Filters
	// Tagger gives the tags of containers.
	Tagger tagger.Tagger
	// HTTPProxy is the proxy that checks use for http addresses unless NoProxy names the target.
	HTTPProxy, HTTPSProxy string
	NoProxy               []string
	// Lenient takes options as generation 5 does: any scalar where a text is meant.
	Lenient bool
	// LabelsAsTags are the container labels that generation 5 puts on the metrics of containers, by their own names.
	LabelsAsTags []string
	Now          func() time.Time
}

// WithoutProxy is the same environment for a check that reaches its target directly.
func (e Environment) WithoutProxy() Environment {
	e.HTTPProxy, e.HTTPSProxy = "", ""
	return e
}

// Loaded is a check that is ready to run.
type Loaded struct {
	Check Check
	// ID tells instances apart: the name and a hash, or the name alone for a check of which there can be one.
	ID string
	// Name of the integration.
	Name string
	// Version as the status shows it; empty for a core check.
	Version string
	// Loader is core or python: which of the original's loaders would have loaded it.
	Loader string
	// Source of its configuration.
	Source string
	// Interval between two runs.
	Interval time.Duration
}

// Maker makes a check from an instance; its error says what keeps the instance from being loaded.
type Maker func(environment Environment, initConfig, instance integration.RawMap) (Check, error)

// Integration is one kind of check.
type Integration struct {
	// Loader is core or python.
	Loader string
	// Version is what the status shows.
	Version string
	// Single tells that there can be one instance only: its id is the name.
	Single bool
	Make   Maker
	// InstanceOptions are the keys an instance may have, besides CommonOptions.
	InstanceOptions []string
	// AnyOptions takes every key: what a check of the user's own reads is not known.
	AnyOptions bool
	// InitOptions are the keys init_config may have, besides `service`.
	InitOptions []string
}

// CommonOptions are the keys that every instance may have.
var CommonOptions = []string{"tags", "service", "name", "namespace", "min_collection_interval", "empty_default_hostname"}

const defaultInterval = 15 * time.Second

// LoadError holds each loader's reason for not loading a check, by the loader's name in the status.
type LoadError map[string]string

// Error joins the reasons.
func (e LoadError) Error() string {
	text := "unable to load the check"
	for loader, reason := range e {
		text += fmt.Sprintf("; %s: %s", loader, reason)
	}
	return text
}

const (
	coreLoader   = "Core Check Loader"
	jmxLoader    = "JMX Check Loader"
	pythonLoader = "Python Check Loader"
)

// Load makes the check of one instance. Errors are LoadError, with the texts of the original's loaders.
func Load(catalog map[string]Integration, environment Environment, config integration.Config, instance integration.Data) (Loaded, error) {
	known, found := catalog[config.Name]
	if !found {
		known, found = Custom(environment.CustomChecks, config.Name)
	}
	reasons := LoadError{
		coreLoader:   fmt.Sprintf("Check %s not found in Catalog", config.Name),
		jmxLoader:    "check is not a jmx check, or unable to determine if it's so",
		pythonLoader: fmt.Sprintf("unable to import module '%s': No module named '%s'", config.Name, config.Name),
	}
	if !found {
		return Loaded{}, reasons
	}
	loader := pythonLoader
	if known.Loader == "core" {
		loader = coreLoader
	}
	loaded, err := load(known, environment, config, instance)
	if err != nil {
		reasons[loader] = fmt.Sprintf("could not configure check instance for %s check %s: %s", known.Loader, config.Name, err)
		return Loaded{}, reasons
	}
	return loaded, nil
}

func load(known Integration, environment Environment, config integration.Config, instance integration.Data) (Loaded, error) {
	options, err := instance.Map()
	if err != nil {
		return Loaded{}, fmt.Errorf("the instance is no mapping: %w", err)
	}
	initOptions, err := config.InitConfig.Map()
	if err != nil {
		return Loaded{}, fmt.Errorf("init_config is no mapping: %w", err)
	}
	interval, err := intervalOf(options)
	if err != nil {
		return Loaded{}, err
	}
	check, err := known.Make(environment, initOptions, options)
	if err != nil {
		return Loaded{}, err
	}
	if unknown := known.RefuseUnknown(initOptions, options); unknown != nil {
		// The original ignores unknown options; here they are an error of each run, so that the status names the instance.
		check = Failing(unknown)
	}
	id := config.Name
	if !known.Single {
		id = config.CheckID(instance)
	}
	return Loaded{
		Check: check, ID: id, Name: config.Name, Version: known.Version, Loader: known.Loader,
		Source: config.Source, Interval: interval,
	}, nil
}

// RefuseUnknown returns an error that names the options of an instance that the check doesn't know.
func (i Integration) RefuseUnknown(initConfig, instance integration.RawMap) error {
	if i.AnyOptions {
		return nil
	}
	return errors.Join(refuseUnknown("init_config", initConfig, slices.Concat([]string{"service"}, i.InitOptions)),
		refuseUnknown("instances", instance, slices.Concat(CommonOptions, i.InstanceOptions)))
}

// Failing returns a check whose every run gives an error: what a wrong value of an option comes to in the original, whose
// models are built at the first run.
func Failing(err error) Check { return failing{err} }

type failing struct{ err error }

func (f failing) Run(context.Context, Sender) error { return f.err }
