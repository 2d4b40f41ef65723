package openmetrics

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/checks/web"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Scrape reads a page of metrics in Prometheus's text format.
func Scrape(ctx context.Context, client *web.Client, address string) ([]*dto.MetricFamily, error) {
	answer, err := client.Get(ctx, address)
	if err != nil {
		return nil, err
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	found, err := parser.TextToMetricFamilies(strings.NewReader(answer.Body))
	if err != nil {
		return nil, fmt.Errorf("could not convert the page to metrics: %w", err)
	}
	families := make([]*dto.MetricFamily, 0, len(found))
	for _, name := range slices.Sorted(keys(found)) {
		families = append(families, found[name])
	}
	return families, nil
}

func keys(found map[string]*dto.MetricFamily) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for name := range found {
			if !yield(name) {
				return
			}
		}
	}
}

// Labels says what becomes of labels: some become no tags, others tags of another name.
type Labels struct {
	Excluded []string
	Renamed  map[string]string
}

// Send sends a family under a name; labels become tags.
func Send(sender checks.Sender, name string, family *dto.MetricFamily, tags []string, labels Labels) {
	for _, metric := range family.GetMetric() {
		labelled := slices.Clone(tags)
		for _, label := range metric.GetLabel() {
			if slices.Contains(labels.Excluded, label.GetName()) {
				continue
			}
			key := label.GetName()
			if other, renamed := labels.Renamed[key]; renamed {
				key = other
			}
			labelled = append(labelled, key+":"+label.GetValue())
		}
		switch family.GetType() {
		case dto.MetricType_COUNTER:
			count(sender, name+".count", metric.GetCounter().GetValue(), labelled)
		case dto.MetricType_HISTOGRAM, dto.MetricType_GAUGE_HISTOGRAM:
			count(sender, name+".count", float64(metric.GetHistogram().GetSampleCount()), labelled)
			count(sender, name+".sum", metric.GetHistogram().GetSampleSum(), labelled)
		case dto.MetricType_SUMMARY:
			count(sender, name+".count", float64(metric.GetSummary().GetSampleCount()), labelled)
			count(sender, name+".sum", metric.GetSummary().GetSampleSum(), labelled)
		case dto.MetricType_GAUGE:
			gauge(sender, name, metric.GetGauge().GetValue(), labelled)
		case dto.MetricType_UNTYPED:
			// The original leaves these out.
		}
	}
}

func count(sender checks.Sender, name string, value float64, tags []string) {
	if !math.IsNaN(value) && !math.IsInf(value, 0) {
		sender.MonotonicCount(name, value, tags)
	}
}

func gauge(sender checks.Sender, name string, value float64, tags []string) {
	if !math.IsNaN(value) && !math.IsInf(value, 0) {
		sender.Gauge(name, value, tags)
	}
}
