package running

import (
	"context"
	"os"
	"sync"

	"datadog-hosts/standins/agent/dogstatsd"
	"datadog-hosts/standins/agent/engine"
	"datadog-hosts/standins/agent/live"
	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/logs"
	"datadog-hosts/standins/agent/settings"
	"datadog-hosts/standins/agent/tagger"
	"datadog-hosts/standins/agent/traces"
)

// logsOf builds the agent of logs; nil where it is off, or has no engine or no folder for its registry.
func logsOf(configured settings.Settings, log *logging.Logger) *logs.Agent {
	if !configured.Logs.Enabled {
		return nil
	}
	docker, err := engine.New(engine.Socket(os.Getenv))
	if err == nil {
		var made *logs.Agent
		if made, err = logs.New(configured, docker, log); err == nil {
			return made
		}
	}
	log.Errorf("the logs agent can't start: %s", err)
	return nil
}

// runApplications takes logs, metrics and traces of applications until ctx ends; what is returned waits for the last of them.
func (a *Agent) runApplications(ctx context.Context) func() {
	metrics := dogstatsd.Server{
		Settings: a.settings.DogStatsD, Sink: a.aggregator, Log: a.log,
		TagsOf: func(id string) []string { return a.tagsOf(ctx, id, a.settings.DogStatsD.HighCardinality) },
	}
	receiver := traces.Receiver{
		Hostname: a.settings.Hostname, APIKey: a.settings.APIKey, Settings: a.settings.APM, Proxy: a.settings.Proxy, Log: a.log,
		TagsOf: func(id string) []string { return a.tagsOf(ctx, id, true) },
	}
	var running sync.WaitGroup
	running.Go(func() { metrics.Run(ctx) })
	running.Go(func() { receiver.Run(ctx) })
	running.Go(func() { a.liveSender().Run(ctx) })
	if a.logs != nil {
		running.Go(func() { a.logs.Run(ctx) })
	}
	return running.Wait
}

// liveSender tells of the host's processes, and of its containers where there is an engine.
func (a *Agent) liveSender() *live.Sender {
	sender := &live.Sender{
		Hostname: a.settings.Hostname, APIKey: a.settings.APIKey, Settings: a.settings.Live, Proxy: a.settings.Proxy, Log: a.log,
		Tagger: tagger.Tagger{EnvAsTags: a.settings.ContainerEnvAsTags, LabelsAsTags: a.settings.ContainerLabelsAsTags},
	}
	socket := engine.Socket(os.Getenv)
	if _, err := os.Stat(socket); err == nil {
		if docker, err := engine.New(socket); err == nil {
			sender.Engine = docker
		}
	}
	return sender
}

// tagsOf gives the tags of a container by its id; none where no engine knows it.
func (a *Agent) tagsOf(ctx context.Context, id string, high bool) []string {
	docker, err := engine.New(engine.Socket(os.Getenv))
	if err != nil {
		return nil
	}
	container, err := docker.Container(ctx, id)
	if err != nil {
		return nil
	}
	tags := tagger.Tagger{EnvAsTags: a.settings.ContainerEnvAsTags, LabelsAsTags: a.settings.ContainerLabelsAsTags}
	described := tagger.Container{
		ID: container.ID, Name: container.Name, Image: container.Image, ImageID: container.ImageID,
		Labels: container.Labels, Env: container.Env,
	}
	if high {
		return tags.High(described)
	}
	return tags.Low(described)
}
