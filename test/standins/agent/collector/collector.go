package collector

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/integration"
	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/sampling"
)

// Clock makes waiting testable.
type Clock interface {
	Now() time.Time
	// After sends once the duration has passed.
	After(wait time.Duration) <-chan time.Time
}

// WallClock is the real clock.
type WallClock struct{}

// Now is the time of day.
func (WallClock) Now() time.Time { return time.Now() }

// After waits as time.After does.
func (WallClock) After(wait time.Duration) <-chan time.Time { return time.After(wait) }

// Collector runs the checks of scheduled configs.
type Collector struct {
	Catalog     map[string]checks.Integration
	Environment checks.Environment
	Aggregator  *sampling.Aggregator
	Log         *logging.Logger
	Clock       Clock

	mutex        sync.Mutex
	running      map[string]*job
	byConfig     map[string][]string
	stats        map[string]*Stats
	loaderErrors map[string]map[string]string
	runErrors    map[string]string
	workers      sync.WaitGroup
}

type job struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// runTimeout ends a run that hangs; the integrations' own timeouts are shorter.
const runTimeout = time.Minute

// New returns a collector without checks.
func New(catalog map[string]checks.Integration, environment checks.Environment, aggregator *sampling.Aggregator, log *logging.Logger, clock Clock) *Collector {
	return &Collector{
		Catalog: catalog, Environment: environment, Aggregator: aggregator, Log: log, Clock: clock,
		running: map[string]*job{}, byConfig: map[string][]string{}, stats: map[string]*Stats{},
		loaderErrors: map[string]map[string]string{}, runErrors: map[string]string{},
	}
}

// Schedule loads a config's instances and runs them from now on. Instances that can't be loaded show in the status.
func (c *Collector) Schedule(config integration.Config) {
	for _, instance := range config.Instances {
		loaded, err := checks.Load(c.Catalog, c.Environment, config, instance)
		if err != nil {
			c.refuse(config, err)
			continue
		}
		tags := ServiceTags(config, instance)
		c.mutex.Lock()
		delete(c.loaderErrors, config.Name)
		if _, exists := c.running[loaded.ID]; exists {
			c.mutex.Unlock()
			c.Log.Errorf("Unable to run Check %s: a check with ID %s is already running", loaded.Name, loaded.ID)
			c.setRunError(loaded.ID, fmt.Sprintf("a check with ID %s is already running", loaded.ID))
			continue
		}
		c.start(config.Digest(), loaded, tags)
		c.mutex.Unlock()
	}
}

func (c *Collector) start(digest string, loaded checks.Loaded, tags []string) {
	ctx, cancel := context.WithCancel(context.Background())
	work := &job{cancel: cancel, done: make(chan struct{})}
	c.running[loaded.ID] = work
	c.byConfig[digest] = append(c.byConfig[digest], loaded.ID)
	c.Log.Infof("Scheduling check %s with an interval of %s", loaded.ID, loaded.Interval)
	next := FirstRun(loaded.ID, loaded.Interval, c.Clock.Now())
	c.workers.Go(func() {
		defer close(work.done)
		c.loop(ctx, loaded, tags, next)
	})
}

func (c *Collector) refuse(config integration.Config, err error) {
	c.Log.Errorf("Unable to load a check from instance of config '%s': %s", config.Name, err)
	var reasons checks.LoadError
	if errors.As(err, &reasons) {
		c.mutex.Lock()
		c.loaderErrors[config.Name] = reasons
		c.mutex.Unlock()
	}
}

func (c *Collector) setRunError(checkID, text string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.runErrors[checkID] = text
}

func (c *Collector) loop(ctx context.Context, loaded checks.Loaded, tags []string, next time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.Clock.After(next.Sub(c.Clock.Now())):
		}
		c.run(ctx, loaded, tags)
		next = next.Add(loaded.Interval)
		if now := c.Clock.Now(); next.Before(now) {
			next = now
		}
	}
}

func (c *Collector) run(ctx context.Context, loaded checks.Loaded, tags []string) {
	sender := c.Aggregator.Sender(loaded.ID, loaded.Name, tags)
	limited, cancel := context.WithTimeout(ctx, runTimeout)
	defer cancel()
	started := c.Clock.Now()
	err := runSafely(limited, loaded.Check, sender)
	counts, warnings := sender.Result()
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		c.Log.Errorf("check:%s | Error running check: %s", loaded.ID, err)
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	stats, known := c.stats[loaded.ID]
	if !known {
		fresh := newStats(loaded)
		stats = &fresh
		c.stats[loaded.ID] = stats
	}
	now := c.Clock.Now()
	stats.add(now.Sub(started), err, warnings, counts, now)
}

// runSafely makes an error of a panic: one bad answer of a service must not end the agent.
func runSafely(ctx context.Context, check checks.Check, sender checks.Sender) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("the check failed unexpectedly: %v", reason)
		}
	}()
	return check.Run(ctx, sender)
}

// Unschedule stops the checks of a config and drops their numbers.
func (c *Collector) Unschedule(config integration.Config) {
	digest := config.Digest()
	c.mutex.Lock()
	identifiers := c.byConfig[digest]
	delete(c.byConfig, digest)
	var stopped []*job
	for _, id := range identifiers {
		stopped = append(stopped, c.running[id])
		c.running[id].cancel()
	}
	c.mutex.Unlock()
	for _, work := range stopped {
		<-work.done
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for _, id := range identifiers {
		delete(c.running, id)
		delete(c.stats, id)
		delete(c.runErrors, id)
		c.Aggregator.Forget(id)
		c.Log.Infof("Unscheduling check %s", id)
	}
}

// Stop ends all checks and waits for them.
func (c *Collector) Stop() {
	c.mutex.Lock()
	for _, work := range c.running {
		work.cancel()
	}
	c.mutex.Unlock()
	c.workers.Wait()
}

// Report is what the status shows of checks.
type Report struct {
	// Checks by name, then by id: those that ran at least once.
	Checks map[string]map[string]Stats
	// Scheduled counts the checks that run, or will.
	Scheduled    int
	LoaderErrors map[string]map[string]string
	RunErrors    map[string]string
}

// Report copies the present state.
func (c *Collector) Report() Report {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	report := Report{
		Checks: map[string]map[string]Stats{}, Scheduled: len(c.running),
		LoaderErrors: map[string]map[string]string{}, RunErrors: maps.Clone(c.runErrors),
	}
	for id, stats := range c.stats {
		if report.Checks[stats.CheckName] == nil {
			report.Checks[stats.CheckName] = map[string]Stats{}
		}
		copied := *stats
		copied.LastWarnings = slices.Clone(stats.LastWarnings)
		report.Checks[stats.CheckName][id] = copied
	}
	for name, reasons := range c.loaderErrors {
		report.LoaderErrors[name] = maps.Clone(reasons)
	}
	return report
}

// ServiceTags are the tag that the option `service` of an instance, else of init_config, puts on all it sends.
func ServiceTags(config integration.Config, instance integration.Data) []string {
	for _, section := range []integration.Data{instance, config.InitConfig} {
		parsed, err := section.Map()
		if err != nil {
			continue
		}
		if service, isText := parsed["service"].(string); isText && service != "" {
			return []string{"service:" + service}
		}
	}
	return nil
}
