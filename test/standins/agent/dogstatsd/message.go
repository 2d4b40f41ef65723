// Package dogstatsd takes the metrics that applications send: over UDP, or at a socket at which the kernel says who sends.
//
// Rules follow comp/dogstatsd of DataDog/datadog-agent.
package dogstatsd

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// sample is one metric: `name:value|type|@rate|#tags|c:container`.
type sample struct {
	name      string
	value     float64
	kind      string
	rate      float64
	tags      []string
	container string
}

var errNoSample = errors.New("invalid metric sample format")

// parse reads one line. Events and service checks, sets and distributions are not known here.
func parse(line string) (sample, error) {
	parts := strings.Split(line, "|")
	name, text, found := strings.Cut(parts[0], ":")
	if len(parts) < 2 || !found || name == "" {
		return sample{}, errNoSample
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return sample{}, errNoSample
	}
	read := sample{name: name, value: value, kind: parts[1], rate: 1}
	switch read.kind {
	case "c", "g":
	default:
		return sample{}, fmt.Errorf("this stand-in does not know metrics of the type %q", read.kind)
	}
	for _, part := range parts[2:] {
		switch {
		case strings.HasPrefix(part, "#"):
			read.tags = strings.Split(part[1:], ",")
		case strings.HasPrefix(part, "@"):
			if read.rate, err = strconv.ParseFloat(part[1:], 64); err != nil || read.rate <= 0 {
				return sample{}, errNoSample
			}
		case strings.HasPrefix(part, "c:"):
			read.container = strings.TrimPrefix(strings.TrimPrefix(part[2:], "ci-"), "in-")
		}
	}
	return read, nil
}
