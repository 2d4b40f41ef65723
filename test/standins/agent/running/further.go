package running

import (
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"datadog-hosts/standins/agent/engine"
	"datadog-hosts/standins/agent/forwarder"
	"datadog-hosts/standins/agent/settings"
)

// furtherInterval is the pause after a post that failed.
const furtherInterval = 2 * time.Second

// sendFurtherOfEngine does so where there is an engine to tell of.
func (a *Agent) sendFurtherOfEngine(ctx context.Context) func() {
	if _, err := os.Stat(engine.Socket(os.Getenv)); err != nil {
		return func() {}
	}
	return a.sendFurther(ctx)
}

// sendFurther posts each further kind of data once, as often as it takes. What is returned waits for those that hold up
// the agent's end: as in the original, until they are handed over or the container is killed.
func (a *Agent) sendFurther(ctx context.Context) func() {
	transport := &http.Transport{Proxy: forwarder.ProxyFor(a.settings.Proxy)}
	client := &http.Client{Transport: transport, Timeout: 5 * time.Second}
	var holding sync.WaitGroup
	for _, kind := range a.settings.Further {
		work := ctx
		if kind.HoldsEnd {
			holding.Add(1)
			work = context.WithoutCancel(ctx)
		}
		go func() {
			if kind.HoldsEnd {
				defer holding.Done()
			}
			for work.Err() == nil && !a.post(work, client, kind) {
				select {
				case <-work.Done():
				case <-time.After(furtherInterval):
				}
			}
		}()
	}
	return holding.Wait
}

func (a *Agent) post(ctx context.Context, client *http.Client, kind settings.Further) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, kind.URL, strings.NewReader(""))
	if err != nil {
		a.log.Errorf("%s can't be sent: %s", kind.Name, err)
		return true
	}
	request.Header.Set("DD-API-KEY", a.settings.APIKey)
	response, err := client.Do(request)
	if err != nil {
		a.log.Debugf("%s could not be sent: %s", kind.Name, err)
		return false
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	return response.StatusCode < http.StatusInternalServerError
}
