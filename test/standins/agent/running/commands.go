package running

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"datadog-hosts/standins/agent/status"
)

// handler answers the commands of the same binary. The original has the same paths, over TLS and with a token.
func (a *Agent) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /agent/status", func(response http.ResponseWriter, request *http.Request) {
		if request.URL.Query().Get("format") == "json" {
			body, err := status.JSON(a.state())
			reply(response, "application/json", string(body), err)
			return
		}
		body, err := status.Text(a.state())
		reply(response, "text/plain", body, err)
	})
	mux.HandleFunc("GET /agent/config-check", func(response http.ResponseWriter, _ *http.Request) {
		reply(response, "text/plain", status.ConfigCheck(a.manager.Report(), a.settings.Secrets.Keys()), nil)
	})
	mux.HandleFunc("GET /agent/status/health", func(response http.ResponseWriter, _ *http.Request) {
		// To answer takes the locks of what it names: an answer in time is the proof that they work.
		a.state()
		reply(response, "text/plain", "ad-config-provider-file, ad-servicelistening, aggregator, collector-queue-15s, forwarder", nil)
	})
	mux.HandleFunc("GET /agent/hostname", func(response http.ResponseWriter, _ *http.Request) {
		reply(response, "text/plain", a.settings.Hostname+"\n", nil)
	})
	return mux
}

func reply(response http.ResponseWriter, kind, body string, err error) {
	if err != nil {
		http.Error(response, err.Error(), http.StatusInternalServerError)
		return
	}
	response.Header().Set("Content-Type", kind)
	_, _ = io.WriteString(response, body)
}

// Ask puts a question to the agent that runs on this machine and returns its answer.
func Ask(commandPort int, path string, query url.Values) (string, error) {
	address := url.URL{Scheme: "http", Host: "127.0.0.1:" + strconv.Itoa(commandPort), Path: path, RawQuery: query.Encode()}
	// The proxy settings of the environment are not meant for this.
	client := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{}}
	response, err := client.Get(address.String())
	if err != nil {
		return "", fmt.Errorf("could not reach agent: %w \nMake sure the agent is running before requesting the status and contact support if you continue having issues", err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the agent ran into an error: %s", body)
	}
	return string(body), nil
}
