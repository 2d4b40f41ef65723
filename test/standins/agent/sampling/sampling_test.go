package sampling

import (
	"slices"
	"testing"
	"time"

	"datadog-hosts/standins/agent/checks"
)

func TestTagsAreOnEverySeriesOnceAndTheHostsOwnOnNone(t *testing.T) {
	now := time.Unix(1000, 0)
	aggregator := NewAggregator("host-1", func() time.Time { return now })
	sender := aggregator.Sender("redisdb:1", "redisdb", []string{"service:cache", "shared:x"})
	sender.Gauge("redis.keys", 3, []string{"shared:x", "redis_db:db0"})
	sender.ServiceCheck("redis.can_connect", checks.Critical, []string{"redis_port:1"}, "no")
	series, checkRuns := aggregator.Flush()
	if len(series) != 1 || len(checkRuns) != 1 {
		t.Fatalf("%d series, %d check runs", len(series), len(checkRuns))
	}
	if want := []string{"redis_db:db0", "service:cache", "shared:x"}; !slices.Equal(series[0].Tags, want) {
		t.Errorf("tags %q, want %q", series[0].Tags, want)
	}
	if series[0].Host != "host-1" || series[0].Type != "gauge" || series[0].Points[0] != [2]float64{1000, 3} {
		t.Errorf("unexpected series: %+v", series[0])
	}
	if checkRuns[0].Status != 2 || checkRuns[0].HostName != "host-1" || !slices.Contains(checkRuns[0].Tags, "service:cache") {
		t.Errorf("unexpected check run: %+v", checkRuns[0])
	}
	if again, _ := aggregator.Flush(); len(again) != 0 {
		t.Error("a flush sends what was sent before")
	}
}

func TestCountersNeedTwoReadings(t *testing.T) {
	now := time.Unix(1000, 0)
	aggregator := NewAggregator("h", func() time.Time { return now })
	read := func(value float64) []Series {
		sender := aggregator.Sender("id", "check", nil)
		sender.Rate("a.rate", value, []string{"x", "y"})
		sender.MonotonicCount("a.count", value, nil)
		series, _ := aggregator.Flush()
		return series
	}
	if got := read(100); len(got) != 0 {
		t.Errorf("after one reading: %+v", got)
	}
	now = now.Add(10 * time.Second)
	got := read(150)
	if len(got) != 2 || got[0].Points[0][1] != 5 || got[0].Type != "gauge" || got[1].Points[0][1] != 50 || got[1].Type != "count" {
		t.Errorf("after two: %+v", got)
	}
	now = now.Add(10 * time.Second)
	if got := read(10); len(got) != 0 {
		t.Errorf("a counter that went back: %+v", got)
	}
	aggregator.Forget("id")
	if got := read(20); len(got) != 0 {
		t.Errorf("after the check was forgotten: %+v", got)
	}
}
