package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Server is the intake: what agents post to, and what tests ask.
type Server struct {
	record *Record
	proxy  *Proxy
	now    func() time.Time

	mutex sync.Mutex
	// failures left to inject, and the status to answer with.
	failures int
	status   int
	// badKeys answers each request with 403, as for a key that isn't known.
	badKeys bool
}

func newServer(allowed []string) *Server {
	server := &Server{record: newRecord(), now: time.Now, status: http.StatusServiceUnavailable}
	server.proxy = &Proxy{allowed: allowed, record: server.record, self: server}
	return server
}

// ServeHTTP tells a proxy's requests (CONNECT, or an absolute address) from the intake's own.
func (s *Server) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	if request.Method == http.MethodConnect || request.URL.IsAbs() {
		s.proxy.ServeHTTP(response, request)
		return
	}
	s.serve(response, request, request.Header.Get(viaHeader) != "")
}

func (s *Server) serve(response http.ResponseWriter, request *http.Request, proxied bool) {
	switch path := request.URL.Path; {
	case path == "/recorded" && request.Method == http.MethodGet:
		s.recorded(response, request)
	case path == "/reset" && request.Method == http.MethodPost:
		s.record.reset()
		s.inject(0, http.StatusServiceUnavailable, false)
	case path == "/fail" && request.Method == http.MethodPost:
		s.fail(response, request)
	case path == "/health" && request.Method == http.MethodGet:
		_, _ = io.WriteString(response, "ok\n")
	default:
		s.intake(response, request, proxied)
	}
}

func (s *Server) recorded(response http.ResponseWriter, request *http.Request) {
	since := int64(0)
	if text := request.URL.Query().Get("since"); text != "" {
		parsed, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			http.Error(response, "since: milliseconds since 1970 are expected, not "+text, http.StatusBadRequest)
			return
		}
		since = parsed
	}
	response.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(response).Encode(s.record.since(since))
}

// fail sets up failures: ?times=3&status=503 for the next three requests of agents, ?keys=invalid for all.
func (s *Server) fail(response http.ResponseWriter, request *http.Request) {
	query := request.URL.Query()
	times, err := strconv.Atoi(query.Get("times"))
	if query.Get("times") == "" {
		times, err = 0, nil
	}
	status := http.StatusServiceUnavailable
	if text := query.Get("status"); err == nil && text != "" {
		status, err = strconv.Atoi(text)
	}
	if err != nil || status < 100 || status > 599 {
		http.Error(response, "times and status: whole numbers are expected", http.StatusBadRequest)
		return
	}
	s.inject(times, status, query.Get("keys") == "invalid")
}

func (s *Server) inject(times, status int, badKeys bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.failures, s.status, s.badKeys = times, status, badKeys
}

func (s *Server) injected() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.badKeys {
		return http.StatusForbidden
	}
	if s.failures > 0 {
		s.failures--
		return s.status
	}
	return 0
}

func (s *Server) intake(response http.ResponseWriter, request *http.Request, proxied bool) {
	s.record.count(request.Method + " " + request.URL.Path)
	if status := s.injected(); status != 0 {
		http.Error(response, "an injected failure", status)
		return
	}
	body, err := readBody(request)
	if err != nil {
		http.Error(response, err.Error(), http.StatusBadRequest)
		return
	}
	key := request.Header.Get("DD-API-KEY")
	if key == "" {
		key = request.URL.Query().Get("api_key")
	}
	from := origin(key, proxied, s.now())
	switch path := request.URL.Path; {
	case path == "/api/v1/validate":
		response.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(response, `{"valid":true}`+"\n")
		return
	case request.Method != http.MethodPost:
		http.Error(response, "this intake does not know "+request.Method+" "+path, http.StatusNotFound)
		return
	case strings.TrimSuffix(path, "/") == "/api/v1/series":
		err = s.record.addSeriesV1(body, from)
	case path == "/api/v2/series":
		err = s.record.addSeriesV2(body, request.Header.Get("Content-Type"), from)
	case strings.TrimSuffix(path, "/") == "/api/v1/check_run":
		err = s.record.addCheckRuns(body, from)
	case path == "/api/v0.2/traces":
		err = s.record.addTraces(body, from)
	case path == "/api/v2/logs":
		err = s.record.addLogs(body, from)
	case path == "/intake" || strings.HasPrefix(path, "/intake/"):
		s.record.addMetadata(body, key)
	case path == "/api/v1/collector", path == "/api/v1/container":
		err = s.record.addLive(body, from)
	default:
		http.Error(response, "this intake does not know "+path, http.StatusNotFound)
		return
	}
	if err != nil {
		http.Error(response, err.Error(), http.StatusBadRequest)
		return
	}
	response.Header().Set("Content-Type", "application/json")
	response.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(response, `{"status":"ok"}`+"\n")
}
