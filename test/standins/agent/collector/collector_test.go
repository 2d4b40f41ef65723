package collector

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/integration"
	"datadog-hosts/standins/agent/sampling"
)

// fakeClock moves only when told to.
type fakeClock struct {
	mutex   sync.Mutex
	now     time.Time
	waiting []waiter
	arrived chan struct{}
}

type waiter struct {
	until time.Time
	wake  chan time.Time
}

func newFakeClock() *fakeClock {
	return &fakeClock{now: time.Unix(1_000_000, 0), arrived: make(chan struct{}, 100)}
}

func (c *fakeClock) Now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.now
}

func (c *fakeClock) After(wait time.Duration) <-chan time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	wake := make(chan time.Time, 1)
	c.waiting = append(c.waiting, waiter{c.now.Add(wait), wake})
	c.arrived <- struct{}{}
	return wake
}

// advance moves on once somebody waits, and wakes those whose time has come.
func (c *fakeClock) advance(t *testing.T, length time.Duration) {
	t.Helper()
	select {
	case <-c.arrived:
	case <-time.After(5 * time.Second):
		t.Fatal("nobody waits for the clock")
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.now = c.now.Add(length)
	var still []waiter
	for _, one := range c.waiting {
		if one.until.After(c.now) {
			still = append(still, one)
			continue
		}
		one.wake <- c.now
	}
	c.waiting = still
	if len(still) > 0 {
		c.arrived <- struct{}{}
	}
}

type script struct {
	runs chan struct{}
	run  func(sender checks.Sender) error
}

func (s script) Run(_ context.Context, sender checks.Sender) error {
	defer func() { s.runs <- struct{}{} }()
	return s.run(sender)
}

func setUp(run func(checks.Sender) error) (*Collector, *fakeClock, chan struct{}) {
	runs := make(chan struct{}, 100)
	clock := newFakeClock()
	catalog := map[string]checks.Integration{
		"fake": {Loader: "python", Version: "1.0", InstanceOptions: []string{"host"}, Make: func(checks.Environment, integration.RawMap, integration.RawMap) (checks.Check, error) {
			return script{runs, run}, nil
		}},
		"core": {Loader: "core", Single: true, Make: func(checks.Environment, integration.RawMap, integration.RawMap) (checks.Check, error) {
			return script{runs, run}, nil
		}},
		"broken": {Loader: "python", Make: func(checks.Environment, integration.RawMap, integration.RawMap) (checks.Check, error) {
			return nil, errors.New("no good")
		}},
	}
	return New(catalog, checks.Environment{}, sampling.NewAggregator("h", clock.Now), nil, clock), clock, runs
}

func config(name, instance string) integration.Config {
	return integration.Config{Name: name, Source: "file:x", Instances: []integration.Data{integration.Data(instance)}}
}

func expectRun(t *testing.T, runs chan struct{}) {
	t.Helper()
	select {
	case <-runs:
	case <-time.After(5 * time.Second):
		t.Fatal("the check did not run")
	}
}

// stats waits until a check's numbers say that a number of runs is over: they are kept just after a run.
func stats(t *testing.T, collector *Collector, name string, runs uint64) Stats {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		for _, found := range collector.Report().Checks[name] {
			if found.TotalRuns == runs {
				return found
			}
		}
	}
	t.Fatalf("%s has not run %d times: %+v", name, runs, collector.Report())
	return Stats{}
}

func TestTheFirstRunComesWithinOneIntervalAndIsAlwaysEquallyLate(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	seen := map[time.Duration]bool{}
	for _, id := range []string{"a:1", "b:2", "c:3", "d:4", "e:5"} {
		wait := FirstRun(id, 15*time.Second, now).Sub(now)
		if wait <= 0 || wait > 15*time.Second {
			t.Errorf("%s waits %s", id, wait)
		}
		if again := FirstRun(id, 15*time.Second, now).Sub(now); again != wait {
			t.Errorf("%s waits %s, then %s", id, wait, again)
		}
		seen[wait] = true
	}
	if len(seen) < 2 {
		t.Error("all checks wait equally long")
	}
}

func TestACheckRunsAtEachInterval(t *testing.T) {
	collector, clock, runs := setUp(func(sender checks.Sender) error {
		sender.Gauge("fake.metric", 1, nil)
		sender.ServiceCheck("fake.up", checks.OK, nil, "")
		sender.Warn("look out")
		return nil
	})
	collector.Schedule(config("fake", "host: a\nmin_collection_interval: 60\n"))
	if got := len(collector.Report().Checks); got != 0 {
		t.Errorf("%d checks in the status before the first run", got)
	}
	clock.advance(t, 60*time.Second)
	expectRun(t, runs)
	first := stats(t, collector, "fake", 1)
	if first.MetricSamples != 1 || first.ServiceChecks != 1 || first.LastWarnings[0] != "look out" || first.LastError != "" ||
		first.Interval != time.Minute || first.CheckConfigSource != "file:x" || first.CheckVersion != "1.0" {
		t.Errorf("unexpected numbers: %+v", first)
	}
	clock.advance(t, 60*time.Second)
	expectRun(t, runs)
	if second := stats(t, collector, "fake", 2); second.TotalMetricSamples != 2 || second.TotalWarnings != 2 {
		t.Errorf("unexpected numbers: %+v", second)
	}
	collector.Stop()
}

func TestAnErrorIsKeptInTheFormOfItsLoader(t *testing.T) {
	for name, want := range map[string]string{"fake": `[{"message":"oops"`, "core": "oops"} {
		collector, clock, runs := setUp(func(checks.Sender) error { return errors.New("oops") })
		collector.Schedule(config(name, "{}\n"))
		clock.advance(t, 15*time.Second)
		expectRun(t, runs)
		got := stats(t, collector, name, 1)
		if got.TotalErrors != 1 || !strings.HasPrefix(got.LastError, want) || got.LastSuccessDate != 0 {
			t.Errorf("%s: %+v", name, got)
		}
		collector.Stop()
	}
}

func TestAPanicIsAnErrorOfTheCheck(t *testing.T) {
	collector, clock, runs := setUp(func(checks.Sender) error { panic("bad answer") })
	collector.Schedule(config("fake", "{}\n"))
	clock.advance(t, 15*time.Second)
	expectRun(t, runs)
	if got := stats(t, collector, "fake", 1); !strings.Contains(got.LastError, "bad answer") {
		t.Errorf("last error: %s", got.LastError)
	}
	collector.Stop()
}

func TestUnschedulingDropsTheNumbers(t *testing.T) {
	collector, clock, runs := setUp(func(checks.Sender) error { return nil })
	wanted := config("fake", "{}\n")
	collector.Schedule(wanted)
	clock.advance(t, 15*time.Second)
	expectRun(t, runs)
	stats(t, collector, "fake", 1)
	collector.Unschedule(wanted)
	if report := collector.Report(); report.Scheduled != 0 || len(report.Checks) != 0 {
		t.Errorf("still there: %+v", report)
	}
}

func TestWhatCannotBeLoadedShowsTheLoadersReasons(t *testing.T) {
	collector, _, _ := setUp(nil)
	collector.Schedule(config("docker_daemon", "{}\n"))
	collector.Schedule(config("broken", "{}\n"))
	errs := collector.Report().LoaderErrors
	if got := errs["docker_daemon"]; got["Core Check Loader"] != "Check docker_daemon not found in Catalog" ||
		got["Python Check Loader"] != "unable to import module 'docker_daemon': No module named 'docker_daemon'" {
		t.Errorf("docker_daemon: %v", got)
	}
	if got := errs["broken"]["Python Check Loader"]; !strings.Contains(got, "no good") {
		t.Errorf("broken: %v", got)
	}
}

func TestAnUnknownOptionIsAnErrorOfEachRunThatNamesIt(t *testing.T) {
	collector, clock, _ := setUp(func(checks.Sender) error { return nil })
	collector.Schedule(config("fake", "host: a\nbogus: 1\n"))
	clock.advance(t, 15*time.Second)
	if got := stats(t, collector, "fake", 1); !strings.Contains(got.LastError, "bogus") {
		t.Errorf("last error: %s", got.LastError)
	}
	collector.Stop()
}

func TestASecondInstanceOfASingleCheckIsRefused(t *testing.T) {
	collector, _, _ := setUp(func(checks.Sender) error { return nil })
	collector.Schedule(config("core", "tags: [a]\n"))
	collector.Schedule(config("core", "tags: [b]\n"))
	report := collector.Report()
	if report.Scheduled != 1 || !strings.Contains(report.RunErrors["core"], "already running") {
		t.Errorf("%+v", report)
	}
	collector.Stop()
}
