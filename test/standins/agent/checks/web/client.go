// Package web makes the HTTP requests of checks, with the options, the habits and the error texts of
// datadog_checks.base.utils.http of DataDog/integrations-core and of the library below it.
package web

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"datadog-hosts/standins/agent/checks"
)

// Options are those of generation 7 that checks over HTTP have in common.
var Options = []string{"username", "password", "use_legacy_auth_encoding", "tls_verify", "timeout", "skip_proxy", "allow_redirects"}

const (
	defaultTimeout = 10
	maxAnswer      = 10 << 20
)

// Client gets pages for one instance.
type Client struct {
	username, password string
	hasCredentials     bool
	// inUTF8 tells that the credentials are sent in UTF-8 in place of Latin-1.
	inUTF8           bool
	transport        *http.Transport
	timeout          time.Duration
	followsRedirects bool
	// host is the name that the server is asked by; empty for that of the address.
	host string
	// bearerPath is the file with a token that goes along with each request; empty for none.
	bearerPath string
	// comparesNoProxy tells that the address is compared with no_proxy before it is looked at.
	comparesNoProxy bool
}

// Credentials are for servers that ask for a name and a password; empty means none.
type Credentials struct{ Username, Password string }

// FromOptions reads Options of an instance.
func FromOptions(reader *checks.Options, environment checks.Environment) *Client {
	credentials := Credentials{Username: reader.Text("username"), Password: reader.Text("password")}
	verify := reader.Boolean("tls_verify", true)
	direct := reader.Boolean("skip_proxy", false)
	follows := reader.Boolean("allow_redirects", true)
	timeout := reader.Integer("timeout", defaultTimeout)
	if direct {
		environment = environment.WithoutProxy()
	}
	client := New(environment, credentials, verify, time.Duration(timeout)*time.Second)
	client.followsRedirects = follows
	client.comparesNoProxy = !direct
	client.inUTF8 = !reader.Boolean("use_legacy_auth_encoding", true)
	return client
}

// New returns a client, which follows redirects. The agent's own proxy settings apply to checks too: an address that no_proxy does not name is
// asked for through the proxy.
func New(environment checks.Environment, credentials Credentials, verify bool, timeout time.Duration) *Client {
	return &Client{
		username: credentials.Username, password: credentials.Password, hasCredentials: credentials != Credentials{}, timeout: timeout, followsRedirects: true,
		transport: &http.Transport{
			DisableKeepAlives: true,
			TLSClientConfig:   &tls.Config{InsecureSkipVerify: !verify}, //nolint:gosec // tls_verify: false asks for it
			Proxy: func(request *http.Request) (*url.URL, error) {
				proxy := environment.HTTPProxy
				if request.URL.Scheme == "https" {
					proxy = environment.HTTPSProxy
				}
				if proxy == "" || Bypasses(request.URL.Hostname(), environment.NoProxy) {
					return nil, nil
				}
				return url.Parse(proxy)
			},
		},
	}
}

// Bypasses tells whether no_proxy names a host: by an address, a network, a name, or a domain of it.
func Bypasses(host string, noProxy []string) bool {
	address, addressErr := netip.ParseAddr(host)
	return slices.ContainsFunc(noProxy, func(entry string) bool {
		if entry == "*" || entry == host {
			return true
		}
		if network, err := netip.ParsePrefix(entry); err == nil {
			return addressErr == nil && network.Contains(address)
		}
		domain := strings.TrimPrefix(entry, "*")
		if !strings.HasPrefix(domain, ".") {
			domain = "." + domain
		}
		return strings.HasSuffix(host, domain)
	})
}

// AskAs makes the client ask by a name of the server's, and compare it with the certificate. Like the original's library, it
// does not name the server in the handshake.
func (c *Client) AskAs(host string) {
	c.host = host
	config := c.transport.TLSClientConfig
	if config.InsecureSkipVerify {
		return
	}
	config.InsecureSkipVerify = true
	config.VerifyConnection = func(state tls.ConnectionState) error {
		intermediates := x509.NewCertPool()
		for _, certificate := range state.PeerCertificates[1:] {
			intermediates.AddCert(certificate)
		}
		_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: host, Intermediates: intermediates, Roots: config.RootCAs})
		return err
	}
}

// BearerFrom makes the client send a file's content along, as it is at each request.
func (c *Client) BearerFrom(path string) { c.bearerPath = path }

// Answer is a page.
type Answer struct {
	Body        string
	ContentType string
}

// Get asks for a page; any status of 400 and above is an error.
func (c *Client) Get(ctx context.Context, address string) (Answer, error) {
	parsed, err := url.Parse(address)
	if c.comparesNoProxy && (err != nil || parsed.Host == "") {
		// The agent's own no_proxy always names some addresses, and the original asks the missing host how it ends.
		return Answer{}, errors.New("'NoneType' object has no attribute 'endswith'")
	}
	if err != nil || (parsed.Scheme == "" || parsed.Host == "") {
		return Answer{}, fmt.Errorf("Invalid URL '%s': No scheme supplied. Perhaps you meant https://%s?", address, address) //nolint:staticcheck // the original's text
	}
	if parsed.Scheme != "http" && parsed.Scheme != "https" {
		return Answer{}, fmt.Errorf("No connection adapters were found for '%s'", address) //nolint:staticcheck // the original's text
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Answer{}, err
	}
	if c.hasCredentials {
		username, password, err := c.encoded()
		if err != nil {
			return Answer{}, err
		}
		request.SetBasicAuth(username, password)
	}
	if c.bearerPath != "" {
		token, err := os.ReadFile(c.bearerPath)
		if err != nil {
			return Answer{}, err
		}
		request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	}
	if c.host != "" {
		request.Host = c.host
	}
	request.Header.Set("User-Agent", "Datadog Agent/7 (stand-in)")
	client := &http.Client{Transport: c.transport, Timeout: c.timeout, CheckRedirect: c.redirects()}
	response, err := client.Do(request)
	if failure, found := asRedirectError(err); found {
		return Answer{}, failure
	}
	if err != nil {
		return Answer{}, describe(reached(err, parsed), err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode >= 400 {
		return Answer{}, statusError(response.StatusCode, response.Request.URL.String())
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return Answer{}, describe(parsed, err)
	}
	return Answer{Body: string(body), ContentType: response.Header.Get("Content-Type")}, nil
}

// SendUTF8 makes the client send the credentials in UTF-8, as some checks do without being told.
func (c *Client) SendUTF8() { c.inUTF8 = true }

// encoded are the credentials as the original's library sends them.
func (c *Client) encoded() (username, password string, err error) {
	if c.inUTF8 {
		return c.username, c.password, nil
	}
	if username, err = checks.Latin1(c.username); err != nil {
		return "", "", err
	}
	password, err = checks.Latin1(c.password)
	return username, password, err
}

// reached is the address of the request that failed: the last one, after redirects.
func reached(err error, first *url.URL) *url.URL {
	var failed *url.Error
	if !errors.As(err, &failed) {
		return first
	}
	last, parseErr := url.Parse(failed.URL)
	if parseErr != nil || last.Host == "" {
		return first
	}
	return last
}

func statusError(status int, address string) error {
	kind := "Client"
	if status >= 500 {
		kind = "Server"
	}
	return fmt.Errorf("%d %s Error: %s for url: %s", status, kind, http.StatusText(status), address)
}

// describe gives a failed connection the words of the original's library.
func describe(address *url.URL, err error) error {
	port := portOf(address)
	pool := "HTTPConnectionPool"
	if address.Scheme == "https" {
		pool = "HTTPSConnectionPool"
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return fmt.Errorf("%s(host='%s', port=%s): Read timed out.", pool, address.Hostname(), port) //nolint:staticcheck // the original's text
	}
	reason := err.Error()
	var lookup *net.DNSError
	var unknownAuthority x509.UnknownAuthorityError
	var wrongName x509.HostnameError
	switch {
	case errors.As(err, &lookup):
		reason = "NewConnectionError('Failed to establish a new connection: [Errno -2] Name or service not known')"
	case errors.Is(err, syscall.ECONNREFUSED):
		reason = "NewConnectionError('Failed to establish a new connection: [Errno 111] Connection refused')"
	case errors.Is(err, syscall.EHOSTUNREACH):
		reason = "NewConnectionError('Failed to establish a new connection: [Errno 113] No route to host')"
	case errors.As(err, &unknownAuthority), errors.As(err, &wrongName):
		reason = "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed'))"
	}
	return fmt.Errorf("%s(host='%s', port=%s): Max retries exceeded with url: %s (Caused by %s)",
		pool, address.Hostname(), port, address.RequestURI(), reason)
}

// HostAndPort are what the service checks of nginx and Apache are tagged with; like the original, the port is 80 where
// the address has none, https or not.
func HostAndPort(address string) (host, port string) {
	parsed, err := url.Parse(address)
	if err != nil {
		return "None", "80"
	}
	host, port = parsed.Hostname(), parsed.Port()
	if host == "" {
		host = "None"
	}
	if port == "" {
		port = "80"
	}
	return host, port
}
