package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"
)

// maxRecorded bounds each list; the oldest entries go first.
const maxRecorded = 200_000

// Series is one metric of one POST, as GET /recorded shows it.
type Series struct {
	Metric string       `json:"metric"`
	Tags   []string     `json:"tags"`
	Host   string       `json:"host"`
	Type   string       `json:"type"`
	Points [][2]float64 `json:"points"`
	Origin
}

// Log is one line of one POST, as GET /recorded shows it.
type Log struct {
	Message string   `json:"message"`
	Status  string   `json:"status"`
	Host    string   `json:"host"`
	Service string   `json:"service"`
	Source  string   `json:"source"`
	Tags    []string `json:"tags"`
	Origin
}

// CheckRun is one status of a service check, as GET /recorded shows it.
type CheckRun struct {
	Check   string   `json:"check"`
	Tags    []string `json:"tags"`
	Host    string   `json:"host"`
	Status  int      `json:"status"`
	Message string   `json:"message"`
	Origin
}

// Origin says when and how an entry arrived.
type Origin struct {
	// ReceivedAt is in milliseconds since 1970.
	ReceivedAt int64 `json:"receivedAt"`
	// Proxied tells whether it came through this server's proxy.
	Proxied bool `json:"proxied"`
	// APIKeyDigest is the SHA-256 of the key in hexadecimal; the key itself is not kept. Empty without a key.
	APIKeyDigest string `json:"apiKeyDigest"`
}

// Record keeps what came in. It is safe for use by several goroutines.
type Record struct {
	mutex     sync.Mutex
	series    []Series
	checkRuns []CheckRun
	logs      []Log
	spans     []Span
	processes []Process
	running   []RunningContainer
	metadata  []string
	requests  map[string]int
	tunnels   []string
	hosts     hosts
}

func newRecord() *Record { return &Record{requests: map[string]int{}, hosts: hosts{}} }

func origin(key string, proxied bool, now time.Time) Origin {
	digest := ""
	if key != "" {
		sum := sha256.Sum256([]byte(key))
		digest = hex.EncodeToString(sum[:])
	}
	return Origin{ReceivedAt: now.UnixMilli(), Proxied: proxied, APIKeyDigest: digest}
}

// addCheckRuns reads a list of {check, host_name, status, message, tags}, or one of them.
func (r *Record) addCheckRuns(body []byte, from Origin) error {
	type run struct {
		Check    string   `json:"check"`
		HostName string   `json:"host_name"`
		Status   int      `json:"status"`
		Message  string   `json:"message"`
		Tags     []string `json:"tags"`
	}
	var runs []run
	if err := json.Unmarshal(body, &runs); err != nil {
		var one run
		if err := json.Unmarshal(body, &one); err != nil {
			return fmt.Errorf("check run: %w", err)
		}
		runs = []run{one}
	}
	var added []CheckRun
	for _, entry := range runs {
		added = append(added, CheckRun{
			Check: entry.Check, Tags: entry.Tags, Host: entry.HostName, Status: entry.Status, Message: entry.Message, Origin: from,
		})
	}
	r.append(nil, added)
	return nil
}

// addLogs reads a list of {message, status, hostname, service, ddsource, ddtags}.
func (r *Record) addLogs(body []byte, from Origin) error {
	var lines []struct {
		Message  string `json:"message"`
		Status   string `json:"status"`
		Hostname string `json:"hostname"`
		Service  string `json:"service"`
		Source   string `json:"ddsource"`
		Tags     string `json:"ddtags"`
	}
	if err := json.Unmarshal(body, &lines); err != nil {
		return fmt.Errorf("logs: %w", err)
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, line := range lines {
		tags := r.hosts.addTo(strings.Split(line.Tags, ","), line.Hostname)
		r.logs = append(r.logs, Log{line.Message, line.Status, line.Hostname, line.Service, line.Source, tags, from})
	}
	r.logs = newest(r.logs)
	return nil
}

// addTraces reads what a trace agent sends.
func (r *Record) addTraces(body []byte, from Origin) error {
	spans, err := spansIn(body)
	if err != nil {
		return fmt.Errorf("traces: %w", err)
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, span := range spans {
		span.Tags = r.hosts.addTo(span.Tags, span.Host)
		span.Origin = from
		r.spans = append(r.spans, span)
	}
	r.spans = newest(r.spans)
	return nil
}

func (r *Record) append(series []Series, checkRuns []CheckRun) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for index := range series {
		series[index].Tags = r.hosts.addTo(series[index].Tags, series[index].Host)
	}
	for index := range checkRuns {
		checkRuns[index].Tags = r.hosts.addTo(checkRuns[index].Tags, checkRuns[index].Host)
	}
	r.series = newest(append(r.series, series...))
	r.checkRuns = newest(append(r.checkRuns, checkRuns...))
}

func newest[Entry any](entries []Entry) []Entry {
	if len(entries) > maxRecorded {
		return append([]Entry{}, entries[len(entries)-maxRecorded:]...)
	}
	return entries
}

// addMetadata keeps what an agent tells of its host and of events: all but the request's own key, which the original
// repeats in it.
func (r *Record) addMetadata(body []byte, key string) {
	text := string(body)
	if key != "" {
		text = strings.ReplaceAll(text, key, "")
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.metadata = newest(append(r.metadata, text))
	r.hosts.learn(body)
}

func (r *Record) count(path string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if len(r.requests) < maxRecorded {
		r.requests[path]++
	}
}

func (r *Record) tunnel(target string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.tunnels = newest(append(r.tunnels, target))
}

// Recorded is the answer to GET /recorded.
type Recorded struct {
	Series    []Series   `json:"series"`
	CheckRuns []CheckRun `json:"checkRuns"`
	Logs      []Log      `json:"logs"`
	Spans     []Span     `json:"spans"`
	// Processes and Containers are those of all lists that came, one after the other.
	Processes  []Process          `json:"processes"`
	Containers []RunningContainer `json:"containers"`
	// Metadata are the texts of hosts' metadata and events.
	Metadata []string `json:"metadata"`
	// Requests counts requests by method and path.
	Requests map[string]int `json:"requests"`
	// Tunnels are the targets of CONNECT requests.
	Tunnels []string `json:"tunnels"`
}

// since copies what arrived at or after a time in milliseconds since 1970; metadata, counts and tunnels are those of all time.
func (r *Record) since(milliseconds int64) Recorded {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	copied := Recorded{
		Series:     arrivedSince(r.series, milliseconds),
		CheckRuns:  arrivedSince(r.checkRuns, milliseconds),
		Logs:       arrivedSince(r.logs, milliseconds),
		Spans:      arrivedSince(r.spans, milliseconds),
		Processes:  arrivedSince(r.processes, milliseconds),
		Containers: arrivedSince(r.running, milliseconds),
		Requests:   map[string]int{},
		Metadata:   append([]string{}, r.metadata...),
		Tunnels:    append([]string{}, r.tunnels...),
	}
	for request, times := range r.requests {
		copied.Requests[request] = times
	}
	return copied
}

func (o Origin) receivedAt() int64 {
	return o.ReceivedAt
}

// arrivedSince copies the entries that arrived at or after a time in milliseconds since 1970.
func arrivedSince[Entry interface{ receivedAt() int64 }](entries []Entry, milliseconds int64) []Entry {
	later := []Entry{}
	for _, entry := range entries {
		if entry.receivedAt() >= milliseconds {
			later = append(later, entry)
		}
	}
	return later
}

// reset forgets what arrived, but for the tags of hosts: agents send them once in a long while.
func (r *Record) reset() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.series, r.checkRuns, r.logs, r.spans, r.metadata, r.tunnels = nil, nil, nil, nil, nil, nil
	r.processes, r.running = nil, nil
	r.requests = map[string]int{}
}
