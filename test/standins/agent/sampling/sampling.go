// Package sampling turns what checks found into series, as the original's aggregator does.
package sampling

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"datadog-hosts/standins/agent/checks"
)

// FlushInterval is how often the original's aggregator hands series on.
const FlushInterval = 15 * time.Second

// Series is one element of `series` in a POST to /api/v1/series.
type Series struct {
	Metric         string       `json:"metric"`
	Points         [][2]float64 `json:"points"`
	Tags           []string     `json:"tags"`
	Host           string       `json:"host"`
	Type           string       `json:"type"`
	Interval       int          `json:"interval"`
	SourceTypeName string       `json:"source_type_name,omitempty"`
}

// CheckRun is one element of a POST to /api/v1/check_run.
type CheckRun struct {
	Check     string   `json:"check"`
	HostName  string   `json:"host_name"`
	Timestamp int64    `json:"timestamp"`
	Status    int      `json:"status"`
	Message   string   `json:"message"`
	Tags      []string `json:"tags"`
}

// Counts tells how much one run sent.
type Counts struct {
	MetricSamples, ServiceChecks int64
}

// Aggregator collects samples until the next flush. It is safe for use by several goroutines.
type Aggregator struct {
	hostname string
	now      func() time.Time

	mutex     sync.Mutex
	series    []Series
	checkRuns []CheckRun
	// readings are the last values of counters, for each check, so that an unscheduled check leaves none behind.
	readings map[string]map[string]reading
}

type reading struct {
	value float64
	at    time.Time
}

// NewAggregator returns an aggregator without samples. The host's tags are none of its business: agents send them with
// the metadata of the host, and the intake puts them on everything.
func NewAggregator(hostname string, now func() time.Time) *Aggregator {
	return &Aggregator{hostname: hostname, now: now, readings: map[string]map[string]reading{}}
}

// Sender returns what one run of a check sends to. Extra tags are put on all of it.
func (a *Aggregator) Sender(checkID, checkName string, extraTags []string) *Sender {
	return &Sender{aggregator: a, checkID: checkID, checkName: checkName, extraTags: extraTags}
}

// Forget drops the counters of a check that was unscheduled.
func (a *Aggregator) Forget(checkID string) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	delete(a.readings, checkID)
}

// Flush returns all that came in since the last flush.
func (a *Aggregator) Flush() ([]Series, []CheckRun) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	series, checkRuns := a.series, a.checkRuns
	a.series, a.checkRuns = nil, nil
	return series, checkRuns
}

// Own adds a series of the agent's own, which no check sent.
func (a *Aggregator) Own(metric string, value float64, tags []string) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.add("", metric, "gauge", value, tags)
}

// Application adds a sample of an application. The original sums up counts and keeps the last value of a gauge for ten
// seconds; here each sample is a series of its own.
func (a *Aggregator) Application(metric, kind string, value float64, tags []string) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.add("", metric, kind, value, tags)
}

func (a *Aggregator) add(source, metric, kind string, value float64, tags []string) {
	a.series = append(a.series, Series{
		Metric: metric, Points: [][2]float64{{float64(a.now().Unix()), value}}, Tags: sorted(tags),
		Host: a.hostname, Type: kind, Interval: int(FlushInterval / time.Second), SourceTypeName: source,
	})
}

func sorted(own []string) []string {
	all := slices.Clone(own)
	slices.Sort(all)
	return slices.Compact(all)
}

// Sender implements checks.Sender for one run.
type Sender struct {
	aggregator *Aggregator
	checkID    string
	checkName  string
	extraTags  []string

	counts   Counts
	warnings []string
}

var _ checks.Sender = (*Sender)(nil)

// Gauge sends a value as it is.
func (s *Sender) Gauge(metric string, value float64, tags []string) {
	s.sample(func(a *Aggregator) { a.add(s.checkName, metric, "gauge", value, s.all(tags)) })
}

// Rate sends the change for each second since the last reading; a counter that went back starts anew.
func (s *Sender) Rate(metric string, value float64, tags []string) {
	s.sample(func(a *Aggregator) {
		change, seconds, known := a.since(s.checkID, metric, value, tags)
		if known && change >= 0 && seconds > 0 {
			a.add(s.checkName, metric, "gauge", change/seconds, s.all(tags))
		}
	})
}

// MonotonicCount sends the change since the last reading; a counter that went back starts anew.
func (s *Sender) MonotonicCount(metric string, value float64, tags []string) {
	s.sample(func(a *Aggregator) {
		if change, _, known := a.since(s.checkID, metric, value, tags); known && change >= 0 {
			a.add(s.checkName, metric, "count", change, s.all(tags))
		}
	})
}

// ServiceCheck sends a status.
func (s *Sender) ServiceCheck(name string, status checks.ServiceStatus, tags []string, message string) {
	s.counts.ServiceChecks++
	a := s.aggregator
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.checkRuns = append(a.checkRuns, CheckRun{
		Check: name, HostName: a.hostname, Timestamp: a.now().Unix(), Status: int(status), Message: message,
		Tags: sorted(s.all(tags)),
	})
}

// Warn keeps a text for the status.
func (s *Sender) Warn(format string, arguments ...any) {
	s.warnings = append(s.warnings, fmt.Sprintf(format, arguments...))
}

// Result tells what the run sent and warned of.
func (s *Sender) Result() (Counts, []string) { return s.counts, s.warnings }

func (s *Sender) all(tags []string) []string { return append(slices.Clone(tags), s.extraTags...) }

func (s *Sender) sample(add func(*Aggregator)) {
	s.counts.MetricSamples++
	s.aggregator.mutex.Lock()
	defer s.aggregator.mutex.Unlock()
	add(s.aggregator)
}

func (a *Aggregator) since(checkID, metric string, value float64, tags []string) (change, seconds float64, known bool) {
	readings := a.readings[checkID]
	if readings == nil {
		readings = map[string]reading{}
		a.readings[checkID] = readings
	}
	key := metric + "\x00" + strings.Join(sorted(tags), "\x00")
	last, known := readings[key]
	now := a.now()
	readings[key] = reading{value, now}
	return value - last.value, now.Sub(last.at).Seconds(), known
}
