package running

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"datadog-hosts/standins/agent/autodiscovery"
	"datadog-hosts/standins/agent/catalog"
	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/collector"
	"datadog-hosts/standins/agent/engine"
	"datadog-hosts/standins/agent/integration"
	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/sampling"
	"datadog-hosts/standins/agent/settings"
)

// errNoCheck is the original's text where no instance of the check can be run.
var errNoCheck = errors.New("no valid check found")

// ratePause lies between the two runs of `--check-rate`.
const ratePause = time.Second

// CheckOnce is `agent check NAME --json`, a process beside the running agent: it reads the configuration anew, runs each
// instance of the check, sends nothing, and returns what was found. Its shape is from pkg/cli/subcommands/check of
// DataDog/datadog-agent. A run that fails is no error of the command.
func CheckOnce(configured settings.Settings, name string, withRates bool, log *logging.Logger) (string, error) {
	agent := New(configured, log)
	collected := &configs{}
	agent.manager.Scheduler = collected
	agent.manager.ReadFiles(agent.reader)
	agent.readContainers(context.Background())
	runs := 1
	if withRates {
		runs = 2
	}
	results := []map[string]any{}
	var failures []string
	for _, config := range *collected {
		if config.Name != name {
			continue
		}
		for _, instance := range config.Instances {
			loaded, err := checks.Load(catalog.Generation7, agent.collector.Environment, config, instance)
			if err != nil {
				failures = append(failures, err.Error())
				continue
			}
			aggregator := sampling.NewAggregator(configured.Hostname, time.Now)
			stats := collector.RunOnce(context.Background(), loaded, collector.ServiceTags(config, instance), aggregator, runs, ratePause)
			results = append(results, map[string]any{"aggregator": found(aggregator), "runner": stats, "inventories": nil})
		}
	}
	if len(results) == 0 {
		return noCheck(agent.manager.Report(), name, failures), errNoCheck
	}
	body, err := json.MarshalIndent(results, "", "  ")
	heading := ""
	if len(results) > 1 {
		heading = "Multiple check instances found, running each of them\n"
	}
	return heading + string(body), err
}

// configs takes what is scheduled instead of running it.
type configs []integration.Config

func (c *configs) Schedule(config integration.Config) { *c = append(*c, config) }
func (c *configs) Unschedule(integration.Config)      {}

// readContainers finds what containers ask for by label. Without an engine there is nothing to be found.
func (a *Agent) readContainers(ctx context.Context) {
	socket := engine.Socket(os.Getenv)
	if _, err := os.Stat(socket); err != nil {
		return
	}
	docker, err := engine.New(socket)
	if err != nil {
		return
	}
	a.manager.SetEngine()
	if containers, err := docker.Containers(ctx, false); err == nil {
		a.manager.SetContainers(containers)
	}
}

// found is what a check has sent. Of two runs, the last value of a series counts.
func found(aggregator *sampling.Aggregator) map[string]any {
	series, checkRuns := aggregator.Flush()
	last := map[string]sampling.Series{}
	for _, one := range series {
		last[one.Metric+"\x00"+strings.Join(one.Tags, "\x00")] = one
	}
	result := map[string]any{}
	if len(last) > 0 {
		metrics := []sampling.Series{}
		for _, key := range slices.Sorted(maps.Keys(last)) {
			metrics = append(metrics, last[key])
		}
		result["metrics"] = metrics
	}
	if len(checkRuns) > 0 {
		result["service_checks"] = checkRuns
	}
	return result
}

func noCheck(report autodiscovery.Report, name string, failures []string) string {
	var output strings.Builder
	if problem, known := report.ConfigErrors[name]; known {
		_, _ = fmt.Fprintf(&output, "\nError: invalid config for %s: %s\n", name, problem)
	}
	for _, failure := range failures {
		_, _ = fmt.Fprintf(&output, "\nError: could not load %s:\n* %s\n", name, failure)
	}
	return output.String()
}
