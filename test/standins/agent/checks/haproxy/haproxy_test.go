package haproxy

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

func run(t *testing.T, page string) (*recording.Sender, string, error) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		if request.URL.Path == "/stats/;csv;norefresh" {
			_, _ = fmt.Fprint(answer, page)
		}
	}))
	t.Cleanup(server.Close)
	url := server.URL + "/stats"
	made, err := Integration.Make(checks.Environment{}, nil, integration.RawMap{"url": url, "tags": []any{"project:a"}})
	if err != nil {
		t.Fatal(err)
	}
	sender := &recording.Sender{}
	return sender, url, made.Run(context.Background(), sender)
}

func TestOnlyAggregatesAreSent(t *testing.T) {
	sender, url, err := run(t, "# pxname,svname,scur,bin,\nsite,FRONTEND,3,40,\nsite,web-1,2,30,\nsite,BACKEND,1,20,\n")
	if err != nil || len(sender.Lines) != 4 {
		t.Fatalf("error %v, sent %q", err, sender.Lines)
	}
	tags := func(kind string) string {
		return fmt.Sprintf("[haproxy_service:site instance_url:%s project:a service:site type:%s]", url, kind)
	}
	for _, line := range []string{"gauge haproxy.frontend.session.current 3 " + tags("FRONTEND"), "rate haproxy.backend.bytes.in_rate 20 " + tags("BACKEND")} {
		if !sender.Has(line) {
			t.Errorf("no %q in %q", line, sender.Lines)
		}
	}
}

func TestAnotherPageIsAnError(t *testing.T) {
	if sender, _, err := run(t, "<html>"); err == nil {
		t.Errorf("sent %q", sender.Lines)
	}
}
