package gen5

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/forwarder"
	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/sampling"
)

// Status of an instance or a check.
type Status string

// The statuses that `info` shows.
const (
	OK      Status = "OK"
	Warning Status = "WARNING"
	Error   Status = "ERROR"
)

// InstanceStatus is how the last run of one instance went. Instances are numbered in the order of the file.
type InstanceStatus struct {
	Number   int
	Status   Status
	Error    string
	Warnings []string
}

// CheckStatus is how the last collection of one check went.
type CheckStatus struct {
	Name, Version          string
	Instances              []InstanceStatus
	Metrics, ServiceChecks int64
	// InitError says why the check was not loaded; empty when it was.
	InitError string
}

// instanceTimeout ends a run that hangs.
const instanceTimeout = time.Minute

// Collector runs all checks one after the other, then waits, and so on.
type Collector struct {
	Catalog     map[string]checks.Integration
	Environment checks.Environment
	Settings    Settings
	// Folder is conf.d.
	Folder    string
	Forwarder *forwarder.Forwarder
	Log       *logging.Logger
	// Wait pauses between two collections and returns early when ctx ends.
	Wait func(ctx context.Context, pause time.Duration)
	Now  func() time.Time

	mutex    sync.Mutex
	created  time.Time
	statuses []CheckStatus
	running  bool
}

// loadedCheck is a check with all its instances.
type loadedCheck struct {
	name, version string
	instances     []checks.Check
	lastRuns      []time.Time
	intervals     []time.Duration
}

// Run loads the checks and collects until ctx ends. What is running is brought to its end.
func (c *Collector) Run(ctx context.Context) {
	c.publish(nil, true)
	loaded, failures := c.load()
	aggregator := sampling.NewAggregator(c.Settings.Hostname, c.Now)
	c.Forwarder.Submit(forwarder.Metadata5, forwarder.HostMetadata(c.Settings.Hostname, c.Settings.Tags))
	for ctx.Err() == nil {
		var statuses []CheckStatus
		for _, check := range loaded {
			if ctx.Err() != nil {
				break
			}
			statuses = append(statuses, c.collect(ctx, aggregator, check))
		}
		statuses = append(statuses, failures...)
		if ctx.Err() == nil {
			c.publish(statuses, true)
			c.send(aggregator)
			c.Wait(ctx, c.Settings.CheckInterval)
		}
	}
	c.publish(nil, false)
	c.Log.Infof("Exiting. Bye bye.")
}

func (c *Collector) load() ([]*loadedCheck, []CheckStatus) {
	files, problems := ReadFolder(c.Folder)
	var failures []CheckStatus
	for _, name := range slices.Sorted(maps.Keys(problems)) {
		c.Log.Errorf("Unable to parse yaml config in %s/%s.yaml: %s", c.Folder, name, problems[name])
		failures = append(failures, CheckStatus{Name: name, Version: "unknown", InitError: problems[name].Error()})
	}
	var loaded []*loadedCheck
	for _, file := range files {
		known, found := c.Catalog[file.Name]
		if !found {
			known, found = checks.Custom(c.Environment.CustomChecks, file.Name)
		}
		if !found {
			// The original leaves no trace of such a file in its info either.
			c.Log.Errorf("Unable to import check module %s.py", file.Name)
			continue
		}
		if file.Name == "docker_daemon" && len(file.Instances) > 1 {
			failures = append(failures, CheckStatus{
				Name: file.Name, Version: known.Version, InitError: "Docker check only supports one configured instance.",
			})
			continue
		}
		loaded = append(loaded, c.prepare(file, known))
	}
	return loaded, failures
}

func (c *Collector) prepare(file File, known checks.Integration) *loadedCheck {
	check := &loadedCheck{name: file.Name, version: known.Version}
	for _, instance := range file.Instances {
		made, err := known.Make(c.Environment, file.InitConfig, instance)
		if err == nil {
			err = known.RefuseUnknown(file.InitConfig, instance)
		}
		if err != nil {
			made = checks.Failing(err)
		}
		reader := c.Environment.Options(instance)
		check.instances = append(check.instances, made)
		check.intervals = append(check.intervals, time.Duration(reader.Integer("min_collection_interval", 0))*time.Second)
		check.lastRuns = append(check.lastRuns, time.Time{})
	}
	return check
}

func (c *Collector) collect(ctx context.Context, aggregator *sampling.Aggregator, check *loadedCheck) CheckStatus {
	status := CheckStatus{Name: check.name, Version: check.version}
	failed := false
	for number, instance := range check.instances {
		now := c.Now()
		if now.Sub(check.lastRuns[number]) < check.intervals[number] {
			continue
		}
		check.lastRuns[number] = now
		sender := aggregator.Sender(fmt.Sprintf("%s#%d", check.name, number), check.name, nil)
		err := runInstance(ctx, instance, sender)
		counts, warnings := sender.Result()
		status.Metrics += counts.MetricSamples
		status.ServiceChecks += counts.ServiceChecks
		result := InstanceStatus{Number: number, Status: OK, Warnings: warnings}
		switch {
		case err != nil:
			c.Log.Errorf("Check '%s' instance #%d failed: %s", check.name, number, err)
			result.Status, result.Error = Error, err.Error()
			failed = true
		case len(warnings) > 0:
			result.Status = Warning
		}
		status.Instances = append(status.Instances, result)
	}
	verdict := checks.OK
	if failed {
		verdict = checks.Critical
	}
	aggregator.Sender("", "", nil).ServiceCheck("datadog.agent.check_status", verdict, []string{"check:" + check.name}, "")
	return status
}

func runInstance(ctx context.Context, instance checks.Check, sender checks.Sender) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("the check failed unexpectedly: %v", reason)
		}
	}()
	limited, cancel := context.WithTimeout(ctx, instanceTimeout)
	defer cancel()
	return instance.Run(limited, sender)
}

func (c *Collector) send(aggregator *sampling.Aggregator) {
	aggregator.Own("datadog.agent.running", 1, nil)
	aggregator.Sender("", "", nil).ServiceCheck("datadog.agent.up", checks.OK, nil, "")
	series, checkRuns := aggregator.Flush()
	for endpoint, payload := range map[forwarder.Endpoint]any{
		forwarder.Series5: map[string]any{"series": series}, forwarder.CheckRun5: checkRuns,
	} {
		body, err := json.Marshal(payload)
		if err != nil {
			c.Log.Errorf("unable to serialize a payload for %s: %s", endpoint.Name, err)
			continue
		}
		c.Forwarder.Submit(endpoint, body)
	}
}

func (c *Collector) publish(statuses []CheckStatus, running bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.statuses, c.running, c.created = statuses, running, c.Now()
}

// Report is what `info` shows of the collector.
type Report struct {
	Running  bool
	Created  time.Time
	Statuses []CheckStatus
}

// Report copies the last collection's result.
func (c *Collector) Report() Report {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return Report{Running: c.running, Created: c.created, Statuses: slices.Clone(c.statuses)}
}
