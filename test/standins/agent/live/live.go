// Package live tells the intake again and again which processes and containers the host has, as the original's process agent
// does. The original also masks what follows words such as password in arguments.
package live

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"datadog-hosts/standins/agent/engine"
	"datadog-hosts/standins/agent/forwarder"
	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/settings"
	"datadog-hosts/standins/agent/tagger"
)

// interval is how often the original looks at both.
const interval = 10 * time.Second

// container is one running container.
type container struct {
	id   string
	tags []string
}

// Sender sends what the settings ask for.
type Sender struct {
	Hostname string
	APIKey   string
	Settings settings.Live
	Proxy    settings.Proxy
	Tagger   tagger.Tagger
	// Engine is the Docker engine; nil where there is none, and then no containers are sent.
	Engine *engine.Engine
	Log    *logging.Logger
	// Proc is where the host's processes are. Default: /proc.
	Proc string
}

// Run sends until ctx ends.
func (s *Sender) Run(ctx context.Context) {
	client := &http.Client{Transport: &http.Transport{Proxy: forwarder.ProxyFor(s.Proxy)}, Timeout: 5 * time.Second}
	for {
		if s.Settings.Processes {
			s.report("processes", s.sendProcesses(ctx, client))
		}
		if s.Settings.Containers && s.Engine != nil {
			s.report("containers", s.sendContainers(ctx, client))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(interval):
		}
	}
}

func (s *Sender) report(what string, err error) {
	if err != nil {
		s.Log.Debugf("%s could not be sent: %s", what, err)
	}
}

func (s *Sender) sendProcesses(ctx context.Context, client *http.Client) error {
	folder := s.Proc
	if folder == "" {
		folder = "/proc"
	}
	processes, err := processesIn(folder, s.Settings.StripArguments)
	if err != nil {
		return err
	}
	body, err := processesMessage(s.Hostname, processes)
	if err != nil {
		return err
	}
	return s.post(ctx, client, "/api/v1/collector", body)
}

func (s *Sender) sendContainers(ctx context.Context, client *http.Client) error {
	all, err := s.Engine.Containers(ctx, false)
	if err != nil {
		return err
	}
	var running []container
	for _, one := range all {
		if one.Running {
			running = append(running, container{one.ID, s.Tagger.High(tagger.Container{
				ID: one.ID, Name: one.Name, Image: one.Image, ImageID: one.ImageID, Labels: one.Labels, Env: one.Env,
			})})
		}
	}
	body, err := containersMessage(s.Hostname, running)
	if err != nil {
		return err
	}
	return s.post(ctx, client, "/api/v1/container", body)
}

func (s *Sender) post(ctx context.Context, client *http.Client, path string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Settings.Address+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	return forwarder.Send(client, request, s.APIKey)
}
