package forwarder

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"datadog-hosts/standins/agent/compression"
	"datadog-hosts/standins/agent/settings"
)

const key = "0123456789abcdef0123456789abcdef"

// intake answers with the given statuses in turn, then 202, and keeps what it got.
type intake struct {
	mutex    sync.Mutex
	statuses []int
	got      []string
	arrived  chan struct{}
}

func (i *intake) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	i.mutex.Lock()
	defer i.mutex.Unlock()
	if request.URL.Path == "/api/v1/validate" {
		return
	}
	status := http.StatusAccepted
	if len(i.statuses) > 0 {
		status, i.statuses = i.statuses[0], i.statuses[1:]
	}
	response.WriteHeader(status)
	i.got = append(i.got, request.Method+" "+request.URL.String()+" "+request.Header.Get("DD-API-KEY")+" "+string(body))
	i.arrived <- struct{}{}
}

func setUp(t *testing.T, statuses ...int) (*Forwarder, *intake, func(times int)) {
	t.Helper()
	receiver := &intake{statuses: statuses, arrived: make(chan struct{}, 100)}
	server := httptest.NewServer(receiver)
	t.Cleanup(server.Close)
	sender := New(server.URL, key, compression.None, settings.Proxy{}, nil)
	sender.sleep = func(context.Context, time.Duration) {}
	return sender, receiver, func(times int) {
		t.Helper()
		for range times {
			select {
			case <-receiver.arrived:
			case <-time.After(5 * time.Second):
				t.Fatal("nothing arrives at the intake")
			}
		}
	}
}

func run(t *testing.T, sender *Forwarder) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		sender.Run(ctx)
	}()
	t.Cleanup(func() {
		stop()
		<-finished
	})
}

// settled waits until the forwarder has counted a number of successes and drops.
func settled(t *testing.T, sender *Forwarder, success, dropped int) Stats {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if stats, _ := sender.Report(); stats.Success == success && stats.Dropped == dropped && stats.RetryQueueSize == 0 {
			return stats
		}
	}
	stats, _ := sender.Report()
	t.Fatalf("not settled: %+v", stats)
	return stats
}

func TestAFailureIsTriedAgainAndNothingIsLost(t *testing.T) {
	sender, receiver, arrived := setUp(t, 503, 500)
	sender.Submit(SeriesV1, []byte("one"))
	sender.Submit(CheckRunV1, []byte("two"))
	run(t, sender)
	arrived(4)
	stats := settled(t, sender, 2, 0)
	if stats.Retried != 2 || stats.HTTPErrorsByCode["503"] != 1 || stats.SuccessByEndpoint["series_v1"] != 1 {
		t.Errorf("unexpected numbers: %+v", stats)
	}
	if want := "POST /api/v1/series " + key + " one"; receiver.got[2] != want {
		t.Errorf("got %q, want %q", receiver.got[2], want)
	}
	if !strings.HasPrefix(receiver.got[3], "POST /api/v1/check_run ") {
		t.Errorf("out of order: %q", receiver.got)
	}
}

func TestWhatTheIntakeRefusesIsDropped(t *testing.T) {
	sender, _, arrived := setUp(t, 403, 413)
	sender.Submit(SeriesV1, []byte("one"))
	sender.Submit(SeriesV1, []byte("two"))
	run(t, sender)
	arrived(2)
	settled(t, sender, 0, 2)
	_, keys := sender.Report()
	if keys["API key ending with bcdef"] != "API Key invalid" {
		t.Errorf("keys: %v", keys)
	}
}

func TestGeneration5PutsTheKeyIntoTheAddress(t *testing.T) {
	sender, receiver, arrived := setUp(t)
	sender.Submit(Series5, []byte("one"))
	run(t, sender)
	arrived(1)
	if want := "POST /api/v1/series/?api_key=" + key + "  one"; receiver.got[0] != want {
		t.Errorf("got %q, want %q", receiver.got[0], want)
	}
}

func TestABodyIsPackedAndNamed(t *testing.T) {
	headers := make(chan http.Header, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		if request.URL.Path == SeriesV2.Path {
			headers <- request.Header
		}
	}))
	defer server.Close()
	sender := New(server.URL, key, compression.Zstd, settings.Proxy{}, nil)
	sender.Submit(SeriesV2, []byte("one"))
	run(t, sender)
	got := <-headers
	if got.Get("Content-Encoding") != "zstd" || got.Get("Content-Type") != "application/x-protobuf" {
		t.Errorf("headers %v", got)
	}
}

func TestAFullQueueDropsTheOldest(t *testing.T) {
	sender := New("http://127.0.0.1:1", key, compression.None, settings.Proxy{}, nil)
	for range 3 {
		sender.Submit(SeriesV1, make([]byte, maxQueueBytes/2))
	}
	if stats, _ := sender.Report(); stats.Dropped != 1 || stats.RetryQueueSize != 2 {
		t.Errorf("unexpected numbers: %+v", stats)
	}
}

func TestNoProxyWantsTheExactHost(t *testing.T) {
	pick := ProxyFor(settings.Proxy{HTTP: "http://proxy:3128", NoProxy: []string{"intake:8080", "10.0.0.0/8"}})
	for address, proxied := range map[string]bool{
		"http://intake:8080/": false, "http://intake/": true, "http://10.0.0.1/": true, "https://intake.example/": false,
	} {
		request := httptest.NewRequest(http.MethodGet, address, nil)
		proxy, err := pick(request)
		if err != nil || (proxy != nil) != proxied {
			t.Errorf("%s: proxy %v, error %v, want a proxy: %t", address, proxy, err, proxied)
		}
	}
}
