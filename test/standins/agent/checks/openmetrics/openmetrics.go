// Package openmetrics runs the check of the same name against a page of metrics.
//
// Options, names, tags and service checks follow datadog_checks/base/checks/openmetrics/v2 of DataDog/integrations-core, but
// for buckets and quantiles, which are left out, and the transformations, which are refused.
package openmetrics

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/checks/web"
	"datadog-hosts/standins/agent/integration"
)

// Integration describes the check to the agent; generation 5 does not have it.
var Integration = checks.Integration{
	Loader:          "python",
	Version:         "7.0.0",
	Make:            newCheck,
	InstanceOptions: append([]string{"openmetrics_endpoint", "metrics", "namespace", "bearer_token_auth", "bearer_token_path", "exclude_labels", "rename_labels"}, web.Options...),
}

// most is the number of samples that the original sends of an instance unless it is told otherwise.
const most = 2000

type check struct {
	endpoint, namespace string
	wanted              []*regexp.Regexp
	client              *web.Client
	tags                []string
	labels              Labels
}

func newCheck(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	reader := environment.Options(instance)
	reader.Required("openmetrics_endpoint", "metrics")
	made := &check{endpoint: reader.Text("openmetrics_endpoint"), namespace: reader.Text("namespace"), client: web.FromOptions(reader, environment), tags: reader.Texts("tags"), labels: Labels{Excluded: reader.Texts("exclude_labels"), Renamed: reader.Mapping("rename_labels")}}
	if path := reader.Text("bearer_token_path"); reader.Boolean("bearer_token_auth", false) && path != "" {
		made.client.BearerFrom(path)
	}
	patterns := reader.Texts("metrics")
	if err := reader.Err(); err != nil {
		return checks.Failing(err), nil
	}
	if len(patterns) == 0 {
		return nil, errors.New("setting `metrics` must be an array with at least one item")
	}
	for _, pattern := range patterns {
		if regexp.QuoteMeta(pattern) == pattern {
			pattern = "^" + pattern + "$"
		}
		expression, err := regexp.Compile(pattern)
		if err != nil {
			return nil, err
		}
		made.wanted = append(made.wanted, expression)
	}
	made.tags = append(made.tags, "endpoint:"+made.endpoint)
	return made, nil
}

// Run reads the page and sends the metrics that the instance wants.
func (c *check) Run(ctx context.Context, sender checks.Sender) error {
	families, err := Scrape(ctx, c.client, c.endpoint)
	if err != nil {
		sender.ServiceCheck("openmetrics.health", checks.Critical, c.tags, err.Error())
		return fmt.Errorf("There was an error scraping endpoint %s: %w", c.endpoint, err) //nolint:staticcheck // the original's text
	}
	sender.ServiceCheck("openmetrics.health", checks.OK, c.tags, "")
	limited := &limit{Sender: sender, left: most}
	for _, family := range families {
		name := strings.TrimSuffix(family.GetName(), "_total")
		if !slices.ContainsFunc(c.wanted, func(wanted *regexp.Regexp) bool { return wanted.MatchString(name) }) {
			continue
		}
		if c.namespace != "" {
			name = c.namespace + "." + name
		}
		Send(limited, name, family, c.tags, c.labels)
	}
	return nil
}

// limit sends a number of samples and drops the rest.
type limit struct {
	checks.Sender
	left int
}

func (l *limit) take() bool {
	l.left--
	return l.left >= 0
}

// Gauge sends a gauge while there is room.
func (l *limit) Gauge(metric string, value float64, tags []string) {
	if l.take() {
		l.Sender.Gauge(metric, value, tags)
	}
}

// MonotonicCount sends a counter's reading while there is room.
func (l *limit) MonotonicCount(metric string, reading float64, tags []string) {
	if l.take() {
		l.Sender.MonotonicCount(metric, reading, tags)
	}
}
