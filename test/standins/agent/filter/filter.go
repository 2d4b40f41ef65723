// Package filter decides which containers count: for autodiscovery, and for the metrics of containers.
//
// Rules follow pkg/util/containers/filter.go and comp/core/workloadfilter of DataDog/datadog-agent.
package filter

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// List is the rules of one setting, such as `name:^web image:redis`.
type List struct{ names, images []*regexp.Regexp }

// Parse reads rules that are separated by blanks. The error names the rule that is none.
func Parse(text string) (List, error) {
	var list List
	for _, rule := range strings.Fields(text) {
		kind, pattern, _ := strings.Cut(rule, ":")
		compiled, err := regexp.Compile(pattern)
		switch {
		case err != nil:
			return list, fmt.Errorf("invalid regex '%s': %w", pattern, err)
		case kind == "name":
			list.names = append(list.names, compiled)
		case kind == "image":
			list.images = append(list.images, compiled)
		default:
			return list, fmt.Errorf("container filter %q is unknown: this stand-in knows name and image", rule)
		}
	}
	return list, nil
}

func (l List) matches(name, image string) bool {
	return matches(l.names, name) || matches(l.images, image)
}

func matches(patterns []*regexp.Regexp, text string) bool {
	return slices.ContainsFunc(patterns, func(pattern *regexp.Regexp) bool { return pattern.MatchString(text) })
}

// Filters are all rules of an agent.
type Filters struct {
	// Include and Exclude are DD_CONTAINER_INCLUDE and DD_CONTAINER_EXCLUDE.
	Include, Exclude List
	// IncludeMetrics and ExcludeMetrics are DD_CONTAINER_INCLUDE_METRICS and DD_CONTAINER_EXCLUDE_METRICS.
	IncludeMetrics, ExcludeMetrics List
}

// Undiscovered tells that autodiscovery does not know a container at all.
func (f Filters) Undiscovered(name, image string) bool {
	return !f.Include.matches(name, image) && f.Exclude.matches(name, image)
}

// WithoutChecks tells that no discovered check is run for a container.
func (f Filters) WithoutChecks(name, image string) bool {
	return !f.IncludeMetrics.matches(name, image) && f.ExcludeMetrics.matches(name, image)
}

// WithoutMetrics tells that the checks of all containers, such as docker, leave a container out.
func (f Filters) WithoutMetrics(name, image string) bool {
	if f.Include.matches(name, image) || f.IncludeMetrics.matches(name, image) {
		return false
	}
	return f.Exclude.matches(name, image) || f.ExcludeMetrics.matches(name, image)
}
