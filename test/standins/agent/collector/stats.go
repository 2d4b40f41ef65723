// Package collector schedules and runs checks, and keeps what the status shows of them.
package collector

import (
	"encoding/json"
	"time"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/sampling"
)

// Stats are the numbers of one check as `agent status --json` shows them under runnerStats.Checks.<name>.<id>; names
// and meanings from pkg/collector/check/stats of DataDog/datadog-agent.
type Stats struct {
	CheckName                string
	CheckVersion             string
	CheckConfigSource        string
	CheckLoader              string
	CheckID                  string
	Interval                 time.Duration
	LongRunning              bool
	Cancelling               bool
	TotalRuns                uint64
	TotalErrors              uint64
	TotalWarnings            uint64
	MetricSamples            int64
	Events                   int64
	ServiceChecks            int64
	HistogramBuckets         int64
	TotalMetricSamples       uint64
	TotalEvents              uint64
	TotalServiceChecks       uint64
	TotalHistogramBuckets    uint64
	EventPlatformEvents      map[string]int64
	TotalEventPlatformEvents map[string]int64
	// ExecutionTimes in milliseconds, a ring.
	ExecutionTimes       [32]int64
	AverageExecutionTime int64
	LastExecutionTime    int64
	// LastSuccessDate and UpdateTimestamp are in seconds since 1970; 0 means never.
	LastSuccessDate int64
	// LastError is plain text for a core check and a JSON list of {message, traceback} for a Python check.
	LastError       string
	LastDelay       int64
	LastWarnings    []string
	UpdateTimestamp int64
	Telemetry       bool
}

func newStats(check checks.Loaded) Stats {
	return Stats{
		CheckName: check.Name, CheckVersion: check.Version, CheckConfigSource: check.Source, CheckLoader: check.Loader,
		CheckID: check.ID, Interval: check.Interval, LastWarnings: []string{},
		EventPlatformEvents: map[string]int64{}, TotalEventPlatformEvents: map[string]int64{},
	}
}

// add counts one run. Like the original, it leaves the last run's counts in place when a run sent nothing.
func (s *Stats) add(took time.Duration, failure error, warnings []string, counts sampling.Counts, now time.Time) {
	if s.UpdateTimestamp > 0 {
		s.LastDelay = now.Unix() - s.UpdateTimestamp - int64(s.Interval/time.Second)
	}
	milliseconds := took.Milliseconds()
	s.LastExecutionTime = milliseconds
	s.ExecutionTimes[s.TotalRuns%uint64(len(s.ExecutionTimes))] = milliseconds
	s.TotalRuns++
	ring := min(s.TotalRuns, uint64(len(s.ExecutionTimes)))
	var total int64
	for _, time := range s.ExecutionTimes[:ring] {
		total += time
	}
	s.AverageExecutionTime = total / int64(ring)
	s.LastError = ""
	if failure == nil {
		s.LastSuccessDate = now.Unix()
	} else {
		s.TotalErrors++
		s.LastError = describe(s.CheckLoader, failure)
	}
	s.LastWarnings = append([]string{}, warnings...)
	s.TotalWarnings += uint64(len(warnings))
	s.UpdateTimestamp = now.Unix()
	if counts.MetricSamples > 0 {
		s.MetricSamples = counts.MetricSamples
		s.TotalMetricSamples += uint64(counts.MetricSamples)
	}
	if counts.ServiceChecks > 0 {
		s.ServiceChecks = counts.ServiceChecks
		s.TotalServiceChecks += uint64(counts.ServiceChecks)
	}
}

func describe(loader string, failure error) string {
	if loader == "core" {
		return failure.Error()
	}
	encoded, err := json.Marshal([]map[string]string{{
		"message": failure.Error(), "traceback": "Traceback (most recent call last):\n" + failure.Error() + "\n",
	}})
	if err != nil {
		return failure.Error()
	}
	return string(encoded)
}
