// Package running puts the agent of generation 7 together and keeps it going.
package running

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"datadog-hosts/standins/agent/autodiscovery"
	"datadog-hosts/standins/agent/catalog"
	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/collector"
	"datadog-hosts/standins/agent/confd"
	"datadog-hosts/standins/agent/engine"
	"datadog-hosts/standins/agent/forwarder"
	"datadog-hosts/standins/agent/integration"
	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/logs"
	"datadog-hosts/standins/agent/sampling"
	"datadog-hosts/standins/agent/settings"
	"datadog-hosts/standins/agent/status"
	"datadog-hosts/standins/agent/tagger"
)

// stopTimeout is how long the last series may take to leave.
const stopTimeout = 2 * time.Second

// metadataInterval is how often the original tells of its host, after the first time at its start.
const metadataInterval = 30 * time.Minute

// Agent is a running agent.
type Agent struct {
	settings   settings.Settings
	log        *logging.Logger
	started    time.Time
	manager    *autodiscovery.Manager
	collector  *collector.Collector
	aggregator *sampling.Aggregator
	forwarder  *forwarder.Forwarder
	logs       *logs.Agent
	reader     confd.Reader
}

// New builds an agent; nothing runs yet.
func New(configured settings.Settings, log *logging.Logger) *Agent {
	tags := tagger.Tagger{EnvAsTags: configured.ContainerEnvAsTags, LabelsAsTags: configured.ContainerLabelsAsTags}
	environment := checks.Environment{
		Log: log, Hostname: configured.Hostname, DockerSocket: engine.Socket(os.Getenv), Tagger: tags,
		Filters: configured.Filters, CustomChecks: configured.ChecksdPath,
		HTTPProxy: configured.Proxy.HTTP, HTTPSProxy: configured.Proxy.HTTPS, NoProxy: configured.Proxy.NoProxy, Now: time.Now,
	}
	aggregator := sampling.NewAggregator(configured.Hostname, time.Now)
	runner := collector.New(catalog.Generation7, environment, aggregator, log, collector.WallClock{})
	logsAgent := logsOf(configured, log)
	manager := autodiscovery.NewManager(scheduler{runner, logsAgent}, tags, log)
	manager.Variables = configured.Variables
	manager.Filters = configured.Filters
	if !configured.SkipSecretsOfChecks {
		manager.Decrypt = configured.Secrets.Section
	}
	return &Agent{
		logs: logsAgent, settings: configured, log: log, started: time.Now(), manager: manager, collector: runner, aggregator: aggregator,
		forwarder: forwarder.New(configured.IntakeURL, configured.APIKey, configured.Compression, configured.Proxy, log),
		reader: confd.Reader{
			Folder: configured.ConfdPath, IgnoredAutoConf: configured.IgnoredAutoConf, Variables: configured.Variables, Log: log,
		},
	}
}

// scheduler hands each config to all that may have something to do with it.
type scheduler struct {
	checks *collector.Collector
	logs   *logs.Agent
}

func (s scheduler) Schedule(config integration.Config) {
	s.checks.Schedule(config)
	if s.logs != nil {
		s.logs.Schedule(config)
	}
}

func (s scheduler) Unschedule(config integration.Config) {
	s.checks.Unschedule(config)
	if s.logs != nil {
		s.logs.Unschedule(config)
	}
}

// Run works until ctx ends. The error says why it could not start.
func (a *Agent) Run(ctx context.Context) error {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(a.settings.CommandPort)))
	if err != nil {
		return fmt.Errorf("unable to listen for the agent's own commands (DD_CMD_PORT): %w", err)
	}
	server := &http.Server{Handler: a.handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	defer func() { _ = server.Close() }()

	a.log.Infof("Starting Datadog Agent v%s", status.Version)
	a.log.Infof("Hostname is: %s", a.settings.Hostname)
	sending, stopSending := context.WithCancel(context.Background())
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		a.forwarder.Run(sending)
	}()
	a.tellOfHost()
	go a.watchEngine(ctx)
	a.manager.ReadFiles(a.reader)
	handedOver := a.sendFurtherOfEngine(ctx)
	applications := a.runApplications(ctx)
	a.work(ctx)
	applications()

	a.collector.Stop()
	a.flush()
	stopSending()
	<-sent
	last, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	a.forwarder.Flush(last)
	handedOver()
	a.log.Infof("See ya!")
	return nil
}

func (a *Agent) work(ctx context.Context) {
	flush := time.NewTicker(sampling.FlushInterval)
	defer flush.Stop()
	metadata := time.NewTicker(metadataInterval)
	defer metadata.Stop()
	var poll <-chan time.Time
	if a.settings.PollFiles {
		ticker := time.NewTicker(a.settings.PollInterval)
		defer ticker.Stop()
		poll = ticker.C
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-flush.C:
			a.flush()
		case <-metadata.C:
			a.tellOfHost()
		case <-poll:
			a.manager.ReadFiles(a.reader)
		}
	}
}

func (a *Agent) tellOfHost() {
	a.forwarder.Submit(forwarder.Metadata, forwarder.HostMetadata(a.settings.Hostname, a.settings.HostTags))
}

func (a *Agent) flush() {
	a.aggregator.Own("datadog.agent.running", 1, []string{"version:" + status.Version})
	series, checkRuns := a.aggregator.Flush()
	if a.settings.SeriesV2 {
		a.forwarder.Submit(forwarder.SeriesV2, sampling.Protobuf(series))
	} else {
		a.submit(forwarder.SeriesV1, map[string]any{"series": series})
	}
	if len(checkRuns) > 0 {
		a.submit(forwarder.CheckRunV1, checkRuns)
	}
}

func (a *Agent) submit(endpoint forwarder.Endpoint, payload any) {
	body, err := json.Marshal(payload)
	if err != nil {
		a.log.Errorf("unable to serialize a payload for %s: %s", endpoint.Name, err)
		return
	}
	a.forwarder.Submit(endpoint, body)
}

// watchEngine tells the manager of containers as long as there is a socket of an engine; without one, only files count.
func (a *Agent) watchEngine(ctx context.Context) {
	socket := engine.Socket(os.Getenv)
	if _, err := os.Stat(socket); err != nil {
		a.log.Infof("No Docker socket at %s: containers are not discovered", socket)
		return
	}
	docker, err := engine.New(socket)
	if err != nil {
		a.log.Errorf("Docker: %s", err)
		return
	}
	a.manager.SetEngine()
	docker.Watch(ctx, func() {
		containers, err := docker.Containers(ctx, false)
		if err != nil {
			a.log.Warnf("Docker: containers can't be listed: %s", err)
			return
		}
		a.manager.SetContainers(containers)
	})
}

func (a *Agent) state() status.State {
	stats, keys := a.forwarder.Report()
	return status.State{
		Now: time.Now(), Started: a.started, PID: os.Getpid(), Hostname: a.settings.Hostname, HostTags: a.settings.HostTags,
		LogLevel: a.settings.LogLevel.String(), ConfdPath: a.settings.ConfdPath, IntakeURL: a.settings.IntakeURL,
		Discovery: a.manager.Report(), Collector: a.collector.Report(), Forwarder: stats, APIKeys: keys,
	}
}
