// Package forwarder sends payloads to the intake, and again when that fails, as the original's default forwarder does.
package forwarder

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"datadog-hosts/standins/agent/compression"
	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/settings"
)

// The original's numbers: 15 MiB of payloads wait at most; the pause after failures doubles from 2 s to 64 s.
const (
	maxQueueBytes = 15 << 20
	firstBackoff  = 2 * time.Second
	maxBackoff    = 64 * time.Second
	sendTimeout   = 20 * time.Second
)

// Forwarder keeps a queue of payloads. It is safe for use by several goroutines.
type Forwarder struct {
	address string
	apiKey  string
	pack    compression.Kind
	client  *http.Client
	log     *logging.Logger
	// sleep waits, or returns early when ctx ends.
	sleep func(ctx context.Context, wait time.Duration)

	mutex   sync.Mutex
	queue   []payload
	bytes   int
	wake    chan struct{}
	stats   Stats
	keyNote string
}

type payload struct {
	endpoint Endpoint
	body     []byte
}

// Endpoint of the intake.
type Endpoint struct {
	// Name as the status shows it, such as series_v1.
	Name string
	Path string
	// ContentType of what is posted; empty means JSON.
	ContentType string
	// KeyInQuery puts the key into the address, as generation 5 does, instead of a header.
	KeyInQuery bool
}

// The endpoints that the agent posts to.
var (
	SeriesV1   = Endpoint{Name: "series_v1", Path: "/api/v1/series"}
	SeriesV2   = Endpoint{Name: "series_v2", Path: "/api/v2/series", ContentType: "application/x-protobuf"}
	CheckRunV1 = Endpoint{Name: "check_run_v1", Path: "/api/v1/check_run"}
	Metadata   = Endpoint{Name: "intake", Path: "/intake/"}

	Series5   = Endpoint{Name: "series", Path: "/api/v1/series/", KeyInQuery: true}
	CheckRun5 = Endpoint{Name: "check_run", Path: "/api/v1/check_run/", KeyInQuery: true}
	Metadata5 = Endpoint{Name: "intake", Path: "/intake/", KeyInQuery: true}
)

var validate = Endpoint{Name: "validate", Path: "/api/v1/validate"}

// Stats are forwarderStats.Transactions of the status.
type Stats struct {
	Success           int
	SuccessByEndpoint map[string]int
	SuccessBytes      int
	Errors            int
	Dropped           int
	Requeued          int
	Retried           int
	RetryQueueSize    int
	HTTPErrors        int
	HTTPErrorsByCode  map[string]int
}

// New returns a forwarder that packs what it gets and sends it to an address such as https://api.datadoghq.com.
func New(address, apiKey string, pack compression.Kind, proxy settings.Proxy, log *logging.Logger) *Forwarder {
	transport := &http.Transport{Proxy: ProxyFor(proxy), IdleConnTimeout: 45 * time.Second}
	return &Forwarder{
		address: address, apiKey: apiKey, pack: pack, log: log, wake: make(chan struct{}, 1),
		client: &http.Client{Transport: transport, Timeout: sendTimeout},
		sleep: func(ctx context.Context, wait time.Duration) {
			select {
			case <-ctx.Done():
			case <-time.After(wait):
			}
		},
		stats: Stats{SuccessByEndpoint: map[string]int{}, HTTPErrorsByCode: map[string]int{}},
	}
}

// ProxyFor picks the proxy for a request. As in the original, an entry of no_proxy counts only when it is exactly the
// request's host, port included where the address has one.
func ProxyFor(proxy settings.Proxy) func(*http.Request) (*url.URL, error) {
	return func(request *http.Request) (*url.URL, error) {
		address := proxy.HTTP
		if request.URL.Scheme == "https" {
			address = proxy.HTTPS
		}
		if address == "" || slices.Contains(proxy.NoProxy, request.URL.Host) {
			return nil, nil
		}
		return url.Parse(address)
	}
}

// Submit queues a payload. When the queue is full, the oldest go.
func (f *Forwarder) Submit(endpoint Endpoint, body []byte) {
	body, err := f.pack.Pack(body)
	if err != nil {
		f.log.Errorf("unable to compress a payload for %s: %s", endpoint.Name, err)
		return
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.queue = append(f.queue, payload{endpoint, body})
	f.bytes += len(body)
	for f.bytes > maxQueueBytes && len(f.queue) > 1 {
		f.bytes -= len(f.queue[0].body)
		f.queue = f.queue[1:]
		f.stats.Dropped++
		f.log.Errorf("the retry queue is full: dropping the oldest payload")
	}
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// Run sends until ctx ends.
func (f *Forwarder) Run(ctx context.Context) {
	f.validate(ctx)
	backoff := firstBackoff
	for ctx.Err() == nil {
		next, waiting := f.take()
		if !waiting {
			select {
			case <-ctx.Done():
			case <-f.wake:
			}
			continue
		}
		if f.deliver(ctx, next) {
			backoff = firstBackoff
			continue
		}
		// Half of the pause is random, so that agents that lost the same intake don't return to it together.
		f.sleep(ctx, backoff/2+time.Duration(rand.Int64N(int64(backoff/2))))
		backoff = min(2*backoff, maxBackoff)
	}
}

// Flush sends what waits, once, until ctx ends: for the agent's stop.
func (f *Forwarder) Flush(ctx context.Context) {
	for ctx.Err() == nil {
		next, waiting := f.take()
		if !waiting || !f.deliver(ctx, next) {
			return
		}
	}
}

func (f *Forwarder) take() (payload, bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if len(f.queue) == 0 {
		return payload{}, false
	}
	first := f.queue[0]
	f.queue = f.queue[1:]
	f.bytes -= len(first.body)
	return first, true
}

// deliver sends a payload; false means that it is back at the queue's head for another try.
func (f *Forwarder) deliver(ctx context.Context, item payload) bool {
	status, err := f.post(ctx, item)
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if err != nil || status >= 500 || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout {
		f.stats.Errors++
		f.stats.Requeued++
		f.stats.Retried++
		if err == nil {
			f.httpError(status)
			err = fmt.Errorf("error %q while sending transaction to %q, rescheduling it", http.StatusText(status), f.address+item.endpoint.Path)
		}
		if ctx.Err() == nil {
			f.log.Errorf("Too many errors or a failed try for endpoint '%s': %s", f.address+item.endpoint.Path, err)
		}
		f.queue = append([]payload{item}, f.queue...)
		f.bytes += len(item.body)
		return false
	}
	switch {
	case status == http.StatusForbidden:
		f.keyNote = "API Key invalid"
		f.dropped(status, "API Key invalid, dropping transaction for "+f.address+item.endpoint.Path)
	case status >= 400:
		f.dropped(status, fmt.Sprintf("Error code %d received while sending transaction to %s: dropping it", status, f.address+item.endpoint.Path))
	default:
		f.stats.Success++
		f.stats.SuccessByEndpoint[item.endpoint.Name]++
		f.stats.SuccessBytes += len(item.body)
	}
	return true
}

func (f *Forwarder) dropped(status int, text string) {
	f.httpError(status)
	f.stats.Errors++
	f.stats.Dropped++
	f.log.Errorf("%s", text)
}

func (f *Forwarder) httpError(status int) {
	f.stats.HTTPErrors++
	f.stats.HTTPErrorsByCode[fmt.Sprint(status)]++
}

func (f *Forwarder) post(ctx context.Context, item payload) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, f.address+item.endpoint.Path, bytes.NewReader(item.body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", cmp.Or(item.endpoint.ContentType, "application/json"))
	if encoding := f.pack.Encoding(); encoding != "" {
		request.Header.Set("Content-Encoding", encoding)
	}
	return f.do(request, item.endpoint)
}

func (f *Forwarder) do(request *http.Request, endpoint Endpoint) (int, error) {
	if endpoint.KeyInQuery {
		request.URL.RawQuery = url.Values{"api_key": {f.apiKey}}.Encode()
	} else {
		request.Header.Set("DD-API-KEY", f.apiKey)
	}
	request.Header.Set("User-Agent", "datadog-agent-standin")
	response, err := f.client.Do(request)
	if err != nil {
		return 0, errors.Unwrap(err)
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20))
	return response.StatusCode, nil
}

// validate asks the intake whether it knows the key, for the status.
func (f *Forwarder) validate(ctx context.Context) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.address+validate.Path, nil)
	if err != nil {
		return
	}
	status, err := f.do(request, validate)
	f.mutex.Lock()
	defer f.mutex.Unlock()
	switch {
	case err != nil || status >= 500:
		f.keyNote = "Unable to validate API Key"
	case status == http.StatusForbidden:
		f.keyNote = "API Key invalid"
		f.log.Errorf("API Key ending with %s is invalid", LastFive(f.apiKey))
	default:
		f.keyNote = "API Key valid"
	}
}

// Report copies the numbers, and says for the key, by its end, what the intake thinks of it.
func (f *Forwarder) Report() (Stats, map[string]string) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	stats := f.stats
	stats.SuccessByEndpoint = maps.Clone(f.stats.SuccessByEndpoint)
	stats.HTTPErrorsByCode = maps.Clone(f.stats.HTTPErrorsByCode)
	stats.RetryQueueSize = len(f.queue)
	return stats, map[string]string{"API key ending with " + LastFive(f.apiKey): f.keyNote}
}

// LastFive is all of a key that the original ever shows.
func LastFive(key string) string {
	if len(key) <= 5 {
		return ""
	}
	return key[len(key)-5:]
}
