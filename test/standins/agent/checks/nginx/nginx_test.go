package nginx

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/checks/recording"
	"datadog-hosts/standins/agent/integration"
)

const page = "Active connections: 8 \nserver accepts handled requests\n 110 109 4491 \nReading: 1 Writing: 2 Waiting: 5 \n"

func TestMetricsAndTagsOfBothGenerations(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if name, password, _ := request.BasicAuth(); name != "u" || password != "p" {
			response.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = fmt.Fprint(response, page)
	}))
	defer server.Close()
	parsed, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	port := parsed.Port()
	cases := map[string]struct {
		integration       checks.Integration
		user              string
		metricTags, check string
	}{
		"7": {Integration, "username", "[nginx_host:127.0.0.1 port:" + port + " project:a]", "[host:127.0.0.1 nginx_host:127.0.0.1 port:" + port + " project:a]"},
		"5": {Generation5, "user", "[project:a]", "[host:127.0.0.1 port:" + port + " project:a]"},
	}
	for generation, test := range cases {
		instance := integration.RawMap{"nginx_status_url": server.URL + "/nginx_status/", test.user: "u", "password": "p", "tags": []any{"project:a"}}
		made, err := test.integration.Make(checks.Environment{Lenient: generation == "5"}, nil, instance)
		if err != nil {
			t.Fatal(err)
		}
		sender := &recording.Sender{}
		if err := made.Run(context.Background(), sender); err != nil {
			t.Fatal(err)
		}
		for _, line := range []string{
			"gauge nginx.net.connections 8 " + test.metricTags, "rate nginx.net.conn_opened_per_s 110 " + test.metricTags,
			"rate nginx.net.conn_dropped_per_s 1 " + test.metricTags, "rate nginx.net.request_per_s 4491 " + test.metricTags,
			"gauge nginx.net.waiting 5 " + test.metricTags, "check nginx.can_connect 0 " + test.check,
		} {
			if !sender.Has(line) {
				t.Errorf("generation %s: no %q in %q", generation, line, sender.Lines)
			}
		}
	}
}

func TestOptionsOfTheOtherGenerationAreUnknown(t *testing.T) {
	if err := Integration.RefuseUnknown(nil, integration.RawMap{"ssl_validation": false}); err == nil {
		t.Error("generation 7 knows ssl_validation")
	}
	if err := Generation5.RefuseUnknown(nil, integration.RawMap{"tls_verify": false}); err == nil {
		t.Error("generation 5 knows tls_verify")
	}
}

func TestSkipProxyReachesTheServerDirectly(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(response, page) }))
	defer server.Close()
	nobody := "http://127.0.0.1:1"
	for name, generation := range map[string]checks.Integration{"7": Integration, "5": Generation5} {
		for skip, works := range map[bool]bool{true: true, false: false} {
			instance := integration.RawMap{"nginx_status_url": server.URL, "skip_proxy": skip}
			made, err := generation.Make(checks.Environment{HTTPProxy: nobody, Lenient: name == "5"}, nil, instance)
			if err != nil {
				t.Fatal(err)
			}
			if err := made.Run(context.Background(), &recording.Sender{}); (err == nil) != works {
				t.Errorf("generation %s, skip_proxy %t: %v", name, skip, err)
			}
		}
	}
}

func TestARedirectThatIsNotFollowedGivesNoMetricsAndNoError(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if request.URL.Path == "/page" {
			_, _ = fmt.Fprint(response, page)
			return
		}
		http.Redirect(response, request, "/page", http.StatusFound)
	}))
	defer server.Close()
	for _, follows := range []bool{true, false} {
		instance := integration.RawMap{"nginx_status_url": server.URL + "/status", "allow_redirects": follows, "disable_generic_tags": true}
		made, err := Integration.Make(checks.Environment{}, nil, instance)
		if err != nil {
			t.Fatal(err)
		}
		sender := &recording.Sender{}
		if err := made.Run(context.Background(), sender); err != nil {
			t.Errorf("allow_redirects %t: %v", follows, err)
		}
		if metrics := len(sender.Lines) > 1; metrics != follows {
			t.Errorf("allow_redirects %t: sent %q", follows, sender.Lines)
		}
	}
	if err := Generation5.RefuseUnknown(nil, integration.RawMap{"allow_redirects": false}); err == nil {
		t.Error("generation 5 knows allow_redirects")
	}
}

func TestAnAddressWithoutASchemeIsAnErrorOfAnotherKindPastTheProxy(t *testing.T) {
	for skip, want := range map[bool]string{false: "'NoneType' object has no attribute 'endswith'", true: "No scheme supplied"} {
		instance := integration.RawMap{"nginx_status_url": "127.0.0.1:80/status", "skip_proxy": skip}
		made, err := Integration.Make(checks.Environment{}, nil, instance)
		if err != nil {
			t.Fatal(err)
		}
		if err := made.Run(context.Background(), &recording.Sender{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("skip_proxy %t: %v", skip, err)
		}
	}
}
