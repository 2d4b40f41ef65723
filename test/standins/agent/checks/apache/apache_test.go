package apache

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/checks/recording"
	"datadog-hosts/standins/agent/integration"
)

func serve(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if request.URL.RawQuery == "auto" {
			_, _ = fmt.Fprint(response, "Total Accesses: 4\nTotal kBytes: 2\nBusyWorkers: 1\nScoreboard: __W\n")
			return
		}
		_, _ = fmt.Fprint(response, "<html>")
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func run(t *testing.T, address string) (*recording.Sender, error) {
	t.Helper()
	made, err := Integration.Make(checks.Environment{}, nil, integration.RawMap{"apache_status_url": address, "tags": []any{"project:a"}})
	if err != nil {
		t.Fatal(err)
	}
	sender := &recording.Sender{}
	return sender, made.Run(context.Background(), sender)
}

func TestMetrics(t *testing.T) {
	sender, err := run(t, serve(t)+"/server-status?auto")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"gauge apache.net.hits 4 [project:a]", "rate apache.net.request_per_s 4 [project:a]", "gauge apache.net.bytes 2048 [project:a]",
		"gauge apache.performance.busy_workers 1 [project:a]",
	} {
		if !sender.Has(line) {
			t.Errorf("no %q in %q", line, sender.Lines)
		}
	}
}

func TestTheSuffixIsAddedWithAWarning(t *testing.T) {
	sender, err := run(t, serve(t)+"/server-status")
	if err != nil {
		t.Fatal(err)
	}
	if !sender.Has("warn Assuming url was not correct. Trying to add ?auto suffix to the url") || !sender.Has("gauge apache.net.hits 4 [project:a]") {
		t.Errorf("sent %q", sender.Lines)
	}
}

func TestAPageWithoutMetricsIsAnError(t *testing.T) {
	empty := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer empty.Close()
	if _, err := run(t, empty.URL+"/x?auto"); err == nil || !strings.Contains(err.Error(), "No metrics were fetched") {
		t.Errorf("error %v", err)
	}
}

func TestTheAgentsProxyIsForGeneration7Alone(t *testing.T) {
	nobody := checks.Environment{HTTPProxy: "http://127.0.0.1:1"}
	cases := map[string]struct {
		integration checks.Integration
		instance    integration.RawMap
		works       bool
	}{
		"7":             {Integration, integration.RawMap{}, false},
		"7, skip_proxy": {Integration, integration.RawMap{"skip_proxy": true}, true},
		"5":             {Generation5, integration.RawMap{}, true},
	}
	for name, test := range cases {
		test.instance["apache_status_url"] = serve(t) + "/server-status?auto"
		made, err := test.integration.Make(nobody, nil, test.instance)
		if err != nil {
			t.Fatal(err)
		}
		if err := made.Run(context.Background(), &recording.Sender{}); (err == nil) != test.works {
			t.Errorf("generation %s: %v", name, err)
		}
	}
}

func TestARedirectThatIsNotFollowedIsAnError(t *testing.T) {
	target := serve(t) + "/server-status?auto"
	server := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		http.Redirect(response, request, target, http.StatusFound)
	}))
	defer server.Close()
	for name, generation := range map[string]checks.Integration{"7": Integration, "5": Generation5} {
		for _, follows := range []bool{true, false} {
			instance := integration.RawMap{"apache_status_url": server.URL + "/status?auto", "allow_redirects": follows}
			made, err := generation.Make(checks.Environment{}, nil, instance)
			if err != nil {
				t.Fatal(err)
			}
			err = made.Run(context.Background(), &recording.Sender{})
			if works := follows || name == "5"; (err == nil) != works {
				t.Errorf("generation %s, allow_redirects %t: %v", name, follows, err)
			}
			if err != nil && !strings.HasPrefix(err.Error(), "No metrics were fetched for this instance.") {
				t.Errorf("error %v", err)
			}
		}
	}
}
