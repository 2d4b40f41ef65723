// Package recording has the sender that tests of checks look into.
package recording

import (
	"fmt"
	"slices"
	"strings"

	"datadog-hosts/standins/agent/checks"
)

// Sender keeps what a check sends, one line for each: kind, name, value, sorted tags.
type Sender struct{ Lines []string }

var _ checks.Sender = (*Sender)(nil)

func (s *Sender) keep(kind, name string, value float64, tags []string) {
	sorted := slices.Clone(tags)
	slices.Sort(sorted)
	s.Lines = append(s.Lines, fmt.Sprintf("%s %s %g [%s]", kind, name, value, strings.Join(sorted, " ")))
}

// Gauge keeps a gauge.
func (s *Sender) Gauge(metric string, value float64, tags []string) {
	s.keep("gauge", metric, value, tags)
}

// Rate keeps a counter's reading.
func (s *Sender) Rate(metric string, value float64, tags []string) {
	s.keep("rate", metric, value, tags)
}

// MonotonicCount keeps a counter's reading.
func (s *Sender) MonotonicCount(metric string, value float64, tags []string) {
	s.keep("count", metric, value, tags)
}

// ServiceCheck keeps a status.
func (s *Sender) ServiceCheck(name string, status checks.ServiceStatus, tags []string, _ string) {
	s.keep("check", name, float64(status), tags)
}

// Warn keeps a text.
func (s *Sender) Warn(format string, arguments ...any) {
	s.Lines = append(s.Lines, "warn "+fmt.Sprintf(format, arguments...))
}

// Has tells whether a line was kept.
func (s *Sender) Has(line string) bool { return slices.Contains(s.Lines, line) }
