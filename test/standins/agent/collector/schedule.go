package collector

import (
	"hash/fnv"
	"time"
)

// FirstRun says when a check that was scheduled at a time runs first, and from there on at each interval. The original
// spreads checks over one bucket for each second of the interval; here the check's id picks the bucket, so that the
// same check waits equally long each time.
func FirstRun(checkID string, interval time.Duration, scheduled time.Time) time.Time {
	seconds := max(1, int(interval/time.Second))
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(checkID))
	bucket := int(hash.Sum32() % uint32(seconds))
	return scheduled.Add(time.Duration(bucket+1) * interval / time.Duration(seconds))
}
