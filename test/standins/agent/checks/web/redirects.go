package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// maxRedirects is the limit of the library below the original's checks.
const maxRedirects = 30

// redirectError is an error of the library about a redirect; its text stands by itself.
type redirectError struct{ text string }

func (e redirectError) Error() string { return e.text }

// redirects returns the client's policy. What is not followed is an answer like any other: no error, and no page either.
func (c *Client) redirects() func(next *http.Request, earlier []*http.Request) error {
	if !c.followsRedirects {
		return func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	return func(next *http.Request, earlier []*http.Request) error {
		if len(earlier) > maxRedirects {
			return redirectError{fmt.Sprintf("Exceeded %d redirects.", maxRedirects)}
		}
		if next.URL.Scheme != "http" && next.URL.Scheme != "https" {
			return redirectError{fmt.Sprintf("No connection adapters were found for '%s'", next.URL)}
		}
		last := earlier[len(earlier)-1]
		next.Header.Del("Authorization")
		if credentials := last.Header.Get("Authorization"); credentials != "" && sameServer(last.URL, next.URL) {
			next.Header.Set("Authorization", credentials)
		}
		return nil
	}
}

// sameServer tells whether a redirect may take the name and the password along: to the same host and port, or from http
// to https at their usual ports.
func sameServer(from, to *url.URL) bool {
	if from.Hostname() != to.Hostname() {
		return false
	}
	usual := func(address *url.URL, scheme, port string) bool {
		return address.Scheme == scheme && (address.Port() == "" || address.Port() == port)
	}
	if usual(from, "http", "80") && usual(to, "https", "443") {
		return true
	}
	return from.Scheme == to.Scheme && portOf(from) == portOf(to)
}

func portOf(address *url.URL) string {
	if port := address.Port(); port != "" {
		return port
	}
	return map[string]string{"http": "80", "https": "443"}[address.Scheme]
}

// asRedirectError finds an error of the policy in what the client returned.
func asRedirectError(err error) (redirectError, bool) {
	var found redirectError
	return found, errors.As(err, &found)
}
