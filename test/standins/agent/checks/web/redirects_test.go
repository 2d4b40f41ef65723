package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"datadog-hosts/standins/agent/checks"
)

// redirecting is a server that sends every request elsewhere, and counts them.
func redirecting(t *testing.T, target string) (address string, requests *int) {
	t.Helper()
	requests = new(int)
	server := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		*requests++
		http.Redirect(response, request, target, http.StatusFound)
	}))
	t.Cleanup(server.Close)
	return server.URL, requests
}

func page(t *testing.T, seen func(*http.Request)) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		seen(request)
		_, _ = response.Write([]byte("page"))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestARedirectIsFollowedWithoutTheCredentials(t *testing.T) {
	var credentials []string
	target := page(t, func(request *http.Request) { credentials = request.Header["Authorization"] })
	address, _ := redirecting(t, target)
	answer, err := client(checks.Environment{}, true).Get(context.Background(), address)
	if err != nil || answer.Body != "page" {
		t.Fatalf("%+v, %v", answer, err)
	}
	if len(credentials) > 0 {
		t.Errorf("another port got %q", credentials)
	}
}

func TestTheSameServerGetsTheCredentialsAgain(t *testing.T) {
	var credentials bool
	server := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if request.URL.Path == "/first" {
			http.Redirect(response, request, "/second", http.StatusMovedPermanently)
			return
		}
		_, _, credentials = request.BasicAuth()
	}))
	defer server.Close()
	if _, err := client(checks.Environment{}, true).Get(context.Background(), server.URL+"/first"); err != nil || !credentials {
		t.Errorf("credentials %t, %v", credentials, err)
	}
}

func TestWhatIsNotFollowedIsAnAnswer(t *testing.T) {
	target := page(t, func(*http.Request) { t.Error("the redirect was followed") })
	address, requests := redirecting(t, target)
	direct := New(checks.Environment{}, Credentials{}, true, 5*time.Second)
	direct.followsRedirects = false
	answer, err := direct.Get(context.Background(), address)
	if err != nil || answer.Body == "page" || *requests != 1 {
		t.Errorf("%+v, %d requests, %v", answer, *requests, err)
	}
}

func TestRedirectsEnd(t *testing.T) {
	loop, requests := redirecting(t, "/again")
	elsewhere, _ := redirecting(t, "ftp://127.0.0.1/x")
	failing, _ := redirecting(t, "http://127.0.0.1:1/x")
	for address, want := range map[string]string{
		loop:      "Exceeded 30 redirects.",
		elsewhere: "No connection adapters were found for 'ftp://127.0.0.1/x'",
		failing:   "HTTPConnectionPool(host='127.0.0.1', port=1)",
	} {
		if _, err := client(checks.Environment{}, true).Get(context.Background(), address); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if *requests != maxRedirects+1 {
		t.Errorf("%d requests", *requests)
	}
}
