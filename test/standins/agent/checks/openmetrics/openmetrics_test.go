package openmetrics

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/checks/recording"
	"datadog-hosts/standins/agent/integration"
)

const page = `# TYPE jobs_total counter
jobs_total{queue="mail"} 4
# TYPE queue_length gauge
queue_length 2
# TYPE took_seconds histogram
took_seconds_bucket{le="+Inf"} 3
took_seconds_sum 1.5
took_seconds_count 3
`

func run(t *testing.T, page string, wanted ...any) (*recording.Sender, string, error) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(answer, page) }))
	t.Cleanup(server.Close)
	made, err := Integration.Make(checks.Environment{}, nil, integration.RawMap{"openmetrics_endpoint": server.URL, "metrics": wanted})
	if err != nil {
		t.Fatal(err)
	}
	sender := &recording.Sender{}
	return sender, server.URL, made.Run(context.Background(), sender)
}

func TestTheWantedMetricsAreSent(t *testing.T) {
	sender, url, err := run(t, page, "^jobs$", "took_seconds")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		fmt.Sprintf("count jobs.count 4 [endpoint:%s queue:mail]", url), fmt.Sprintf("count took_seconds.sum 1.5 [endpoint:%s]", url),
		fmt.Sprintf("check openmetrics.health 0 [endpoint:%s]", url),
	} {
		if !sender.Has(line) {
			t.Errorf("no %q in %q", line, sender.Lines)
		}
	}
	if len(sender.Lines) != 4 {
		t.Errorf("sent %q", sender.Lines)
	}
}

func TestRenamedLabelsBecomeOtherTags(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(answer, "# TYPE jobs gauge\njobs{host=\"a\",stack=\"other\",queue=\"mail\"} 4\n")
	}))
	t.Cleanup(server.Close)
	made, err := Integration.Make(checks.Environment{}, nil, integration.RawMap{
		"openmetrics_endpoint": server.URL, "metrics": []any{".+"}, "exclude_labels": []any{"project", "stack"}, "rename_labels": integration.RawMap{"host": "exported_host"},
	})
	if err != nil {
		t.Fatal(err)
	}
	sender := &recording.Sender{}
	if err := made.Run(context.Background(), sender); err != nil {
		t.Fatal(err)
	}
	if line := fmt.Sprintf("gauge jobs 4 [endpoint:%s exported_host:a queue:mail]", server.URL); !sender.Has(line) {
		t.Errorf("no %q in %q", line, sender.Lines)
	}
}

func TestAPageOfSomethingElseIsAnError(t *testing.T) {
	if sender, _, err := run(t, "<html>\n", ".+"); err == nil || !sender.Has(sender.Lines[0]) || sender.Lines[0][:26] != "check openmetrics.health 2" {
		t.Errorf("error %v, sent %q", err, sender.Lines)
	}
}
