package main

import (
	"io"
	"net"
	"net/http"
	"slices"
	"time"
)

// viaHeader marks what the proxy hands to an intake, so that the record tells it from what came directly.
const viaHeader = "X-Intake-Proxied"

// selfName is the name under which agents behind the proxy can always reach this very intake.
const selfName = "intake"

// Proxy is a forward proxy that reaches this intake and the allowed addresses only.
type Proxy struct {
	allowed []string
	record  *Record
	self    *Server
}

// ServeHTTP forwards one request or opens one tunnel.
func (p *Proxy) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	if request.Method == http.MethodConnect {
		p.record.tunnel(request.Host)
		p.tunnel(response, request)
		return
	}
	if p.isSelf(request) {
		p.self.serve(response, request, true)
		return
	}
	p.record.count("proxied " + request.Method + " http://" + request.URL.Host + request.URL.Path)
	if !slices.Contains(p.allowed, withPort(request.URL.Host, "80")) {
		http.Error(response, "this proxy may not reach "+request.URL.Host, http.StatusForbidden)
		return
	}
	p.forward(response, request)
}

// isSelf tells whether the request is meant for this intake: by its name, or by the address it was received at.
func (p *Proxy) isSelf(request *http.Request) bool {
	host := request.URL.Hostname()
	if host == selfName {
		return true
	}
	local, isAddress := request.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return isAddress && withPort(request.URL.Host, "80") == local.String()
}

func withPort(host, port string) string {
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	return net.JoinHostPort(host, port)
}

func (p *Proxy) forward(response http.ResponseWriter, request *http.Request) {
	outgoing := request.Clone(request.Context())
	outgoing.RequestURI = ""
	outgoing.Header.Del("Proxy-Connection")
	outgoing.Header.Set(viaHeader, "1")
	answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(outgoing)
	if err != nil {
		http.Error(response, err.Error(), http.StatusBadGateway)
		return
	}
	defer func() { _ = answer.Body.Close() }()
	for name, values := range answer.Header {
		response.Header()[name] = values
	}
	response.WriteHeader(answer.StatusCode)
	_, _ = io.Copy(response, answer.Body)
}

func (p *Proxy) tunnel(response http.ResponseWriter, request *http.Request) {
	if !slices.Contains(p.allowed, request.Host) {
		http.Error(response, "this proxy may not reach "+request.Host, http.StatusForbidden)
		return
	}
	target, err := net.DialTimeout("tcp", request.Host, 10*time.Second)
	if err != nil {
		http.Error(response, err.Error(), http.StatusBadGateway)
		return
	}
	defer func() { _ = target.Close() }()
	hijacker, ok := response.(http.Hijacker)
	if !ok {
		http.Error(response, "no tunnel over this connection", http.StatusInternalServerError)
		return
	}
	client, buffered, err := hijacker.Hijack()
	if err != nil {
		return
	}
	defer func() { _ = client.Close() }()
	if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	finished := make(chan struct{}, 2)
	copyAll := func(to io.Writer, from io.Reader) {
		_, _ = io.Copy(to, from)
		finished <- struct{}{}
	}
	go copyAll(target, buffered)
	go copyAll(client, target)
	<-finished
}
