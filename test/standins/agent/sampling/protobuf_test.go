package sampling

import (
	"encoding/hex"
	"testing"
)

func TestSeriesInTheFormOfTheSecondVersion(t *testing.T) {
	series := Series{Metric: "m", Tags: []string{"a:b"}, Host: "h", Type: "gauge", Points: [][2]float64{{1, 2}}, Interval: 15, SourceTypeName: "s"}
	// Written by hand: field 1 with 39 bytes, and in it resource, metric, tag, point, type, source, interval.
	want := "0a27" + "0a09" + "0a04686f7374" + "120168" + "12016d" + "1a03613a62" + "220b" + "090000000000000040" + "1001" + "2803" + "3a0173" + "400f"
	if got := hex.EncodeToString(Protobuf([]Series{series})); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
