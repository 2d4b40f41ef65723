package collector

import (
	"context"
	"time"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/sampling"
)

// RunOnce runs a check beside the schedule, as `agent check` does: so many times, with a pause in between, and returns
// the numbers of these runs. What was found is in the aggregator.
func RunOnce(ctx context.Context, loaded checks.Loaded, tags []string, aggregator *sampling.Aggregator, times int, pause time.Duration) Stats {
	stats := newStats(loaded)
	for run := range times {
		if run > 0 {
			time.Sleep(pause)
		}
		sender := aggregator.Sender(loaded.ID, loaded.Name, tags)
		limited, cancel := context.WithTimeout(ctx, runTimeout)
		started := time.Now()
		err := runSafely(limited, loaded.Check, sender)
		cancel()
		counts, warnings := sender.Result()
		now := time.Now()
		stats.add(now.Sub(started), err, warnings, counts, now)
	}
	return stats
}
