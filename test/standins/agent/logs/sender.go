package logs

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"datadog-hosts/standins/agent/forwarder"
	"datadog-hosts/standins/agent/logging"
)

// The original's numbers: a batch waits for five seconds at most, or until there are 1,000 messages; here it waits less.
const (
	batchWait   = time.Second
	batchSize   = 1000
	sendTimeout = 10 * time.Second
	retryPause  = time.Second
)

// message is one line on its way.
type message struct {
	identifier, offset string
	payload            payload
}

// payload is an element of a POST to /api/v2/logs.
type payload struct {
	Message   string `json:"message"`
	Status    string `json:"status"`
	Timestamp int64  `json:"timestamp"`
	Hostname  string `json:"hostname"`
	Service   string `json:"service"`
	Source    string `json:"ddsource"`
	Tags      string `json:"ddtags"`
}

// sender sends lines in the order in which they came, each until it is taken, and then commits how far it is.
type sender struct {
	address, apiKey string
	client          *http.Client
	auditor         *auditor
	log             *logging.Logger
}

// run works until the channel is closed and all is sent. Once ctx is done, it no longer retries.
func (s *sender) run(ctx context.Context, messages <-chan message) {
	tick := time.NewTicker(batchWait)
	defer tick.Stop()
	var batch []message
	for {
		select {
		case one, open := <-messages:
			if open {
				batch = append(batch, one)
				if len(batch) < batchSize {
					continue
				}
			}
			batch = s.deliver(ctx, batch)
			if !open {
				s.flush()
				return
			}
		case <-tick.C:
			batch = s.deliver(ctx, batch)
			s.flush()
		}
	}
}

func (s *sender) flush() {
	if err := s.auditor.flush(); err != nil {
		s.log.Warnf("the registry of logs can't be written: %s", err)
	}
}

// deliver returns what could not be sent, which is nothing as long as it may retry.
func (s *sender) deliver(ctx context.Context, batch []message) []message {
	for len(batch) > 0 {
		err := s.post(batch)
		if err == nil {
			for _, one := range batch {
				s.auditor.commit(one.identifier, one.offset)
			}
			return nil
		}
		s.log.Warnf("logs could not be sent: %s", err)
		select {
		case <-ctx.Done():
			return batch
		case <-time.After(retryPause):
		}
	}
	return nil
}

func (s *sender) post(batch []message) error {
	payloads := make([]payload, 0, len(batch))
	for _, one := range batch {
		payloads = append(payloads, one.payload)
	}
	body, err := json.Marshal(payloads)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), sendTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.address+"/api/v2/logs", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	return forwarder.Send(s.client, request, s.apiKey)
}
