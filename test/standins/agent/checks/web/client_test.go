package web

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"datadog-hosts/standins/agent/checks"
)

func client(environment checks.Environment, verify bool) *Client {
	return New(environment, Credentials{Username: "u", Password: "p"}, verify, 5*time.Second)
}

func TestErrorsReadLikeTheOriginals(t *testing.T) {
	forbidden := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, _ *http.Request) { response.WriteHeader(403) }))
	defer forbidden.Close()
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	cases := map[string]string{
		forbidden.URL + "/x":    "403 Client Error: Forbidden for url: " + forbidden.URL + "/x",
		"127.0.0.1/status":      "Invalid URL '127.0.0.1/status': No scheme supplied. Perhaps you meant https://127.0.0.1/status?",
		"ftp://127.0.0.1/x":     "No connection adapters were found for 'ftp://127.0.0.1/x'",
		"http://127.0.0.1:1/x":  "HTTPConnectionPool(host='127.0.0.1', port=1): Max retries exceeded with url: /x (Caused by NewConnectionError('Failed to establish a new connection: [Errno 111] Connection refused'))",
		secure.URL + "/x":       "CERTIFICATE_VERIFY_FAILED",
		"http://no.invalid:8/x": "Name or service not known",
	}
	for address, want := range cases {
		_, err := client(checks.Environment{}, true).Get(context.Background(), address)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", address, err, want)
		}
	}
	if _, err := client(checks.Environment{}, false).Get(context.Background(), secure.URL); err == nil || !strings.HasPrefix(err.Error(), "404 ") {
		t.Errorf("unverified: %v", err)
	}
}

func TestCredentialsAreSent(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		if name, password, ok := request.BasicAuth(); !ok || name != "u" || password != "p" {
			t.Errorf("credentials: %q %q %t", name, password, ok)
		}
	}))
	defer server.Close()
	if _, err := client(checks.Environment{}, true).Get(context.Background(), server.URL); err != nil {
		t.Error(err)
	}
}

func TestCredentialsAreInLatin1UnlessToldOtherwise(t *testing.T) {
	var sent string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		_, sent, _ = request.BasicAuth()
	}))
	defer server.Close()
	for password, want := range map[string]string{"pä": "p\xe4", "п": "'latin-1' codec can't encode character 'п' in position 0: ordinal not in range(256)"} {
		legacy := New(checks.Environment{}, Credentials{Username: "u", Password: password}, true, 5*time.Second)
		if _, err := legacy.Get(context.Background(), server.URL); err == nil && sent != want || err != nil && err.Error() != want {
			t.Errorf("%s: %q, %v", password, sent, err)
		}
		legacy.SendUTF8()
		if _, err := legacy.Get(context.Background(), server.URL); err != nil || sent != password {
			t.Errorf("%s in UTF-8: %q, %v", password, sent, err)
		}
	}
}

func TestANameIsComparedWithTheCertificateAndNotSaidInTheHandshake(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	said := "?"
	server.TLS.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		said = hello.ServerName
		return nil, nil
	}
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	for name, want := range map[string]string{"example.com": "404 ", "other.example": "CERTIFICATE_VERIFY_FAILED"} {
		asking := client(checks.Environment{}, true)
		asking.transport.TLSClientConfig.RootCAs = roots
		asking.AskAs(name)
		if _, err := asking.Get(context.Background(), server.URL); err == nil || !strings.Contains(err.Error(), want) || said != "" {
			t.Errorf("%s: %v, %q in the handshake", name, err, said)
		}
	}
}

func TestTheAgentsProxyServesChecksToo(t *testing.T) {
	proxied := 0
	proxy := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, _ *http.Request) { proxied++ }))
	defer proxy.Close()
	environment := checks.Environment{HTTPProxy: proxy.URL}
	if _, err := client(environment, true).Get(context.Background(), "http://no.invalid/x"); err != nil || proxied != 1 {
		t.Errorf("error %v, %d requests at the proxy", err, proxied)
	}
	environment.NoProxy = []string{"no.invalid"}
	if _, err := client(environment, true).Get(context.Background(), "http://no.invalid/x"); err == nil || proxied != 1 {
		t.Errorf("error %v, %d requests at the proxy", err, proxied)
	}
}

func TestBypasses(t *testing.T) {
	noProxy := []string{"10.0.0.0/8", "192.168.1.1", "example.com", ".internal"}
	for host, want := range map[string]bool{
		"10.1.2.3": true, "11.1.2.3": false, "192.168.1.1": true, "example.com": true, "a.example.com": true,
		"notexample.com": false, "a.internal": true, "internal": false,
	} {
		if got := Bypasses(host, noProxy); got != want {
			t.Errorf("%s: %t, want %t", host, got, want)
		}
	}
	if !Bypasses("anything", []string{"*"}) {
		t.Error("* names all")
	}
}
