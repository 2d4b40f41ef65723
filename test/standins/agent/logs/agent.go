package logs

import (
	"bufio"
	"context"
	"net/http"
	"os"
	"sync"
	"time"

	"datadog-hosts/standins/agent/engine"
	"datadog-hosts/standins/agent/forwarder"
	"datadog-hosts/standins/agent/integration"
	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/settings"
	"datadog-hosts/standins/agent/tagger"
)

// Agent collects logs by the configs that are scheduled. It is safe for use by several goroutines.
type Agent struct {
	Hostname string
	Tagger   tagger.Tagger

	log       *logging.Logger
	engine    *engine.Engine
	auditor   *auditor
	sender    *sender
	openFiles int
	messages  chan message

	mutex   sync.Mutex
	ctx     context.Context
	stop    context.CancelFunc
	tailers sync.WaitGroup
	// running are the sources of each config, by its digest.
	running map[string]context.CancelFunc
	// containers are descriptions of containers, by their ids; they don't change while a container is there.
	containers map[string]engine.Container
}

// New builds the agent of logs; nothing runs yet.
func New(configured settings.Settings, docker *engine.Engine, log *logging.Logger) (*Agent, error) {
	opened, err := openAuditor(configured.Logs.RunPath)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	transport := &http.Transport{Proxy: forwarder.ProxyFor(configured.Proxy)}
	return &Agent{
		Hostname: configured.Hostname,
		Tagger:   tagger.Tagger{EnvAsTags: configured.ContainerEnvAsTags, LabelsAsTags: configured.ContainerLabelsAsTags},
		log:      log, engine: docker, auditor: opened, openFiles: configured.Logs.OpenFilesLimit,
		messages: make(chan message, batchSize), ctx: ctx, stop: stop,
		running: map[string]context.CancelFunc{}, containers: map[string]engine.Container{},
		sender: &sender{
			address: configured.Logs.Address, apiKey: configured.APIKey, client: &http.Client{Transport: transport},
			auditor: opened, log: log,
		},
	}, nil
}

// Run sends what the tailers read, until ctx ends and the last lines are gone.
func (a *Agent) Run(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.sender.run(ctx, a.messages)
	}()
	<-ctx.Done()
	a.stop()
	a.tailers.Wait()
	close(a.messages)
	<-done
}

// Schedule starts what a config asks for.
func (a *Agent) Schedule(config integration.Config) {
	sources, err := sourcesOf(config)
	if err != nil {
		a.log.Warnf("Invalid configuration: %s", err)
		return
	}
	if len(sources) == 0 {
		return
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	ctx, cancel := context.WithCancel(a.ctx)
	a.running[config.Digest()] = cancel
	for _, source := range sources {
		work := a.tail
		switch source.Type {
		case "docker":
		case "file":
			work = a.tailFile
		default:
			a.log.Errorf("this stand-in opens no port for logs, which a label of %s asks for", source.Identifier)
			continue
		}
		a.tailers.Go(func() { work(ctx, source) })
	}
}

// Unschedule ends what a config asked for.
func (a *Agent) Unschedule(config integration.Config) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if cancel, found := a.running[config.Digest()]; found {
		cancel()
		delete(a.running, config.Digest())
	}
}

func (a *Agent) submit(ctx context.Context, one message) {
	select {
	case a.messages <- one:
	case <-ctx.Done():
	}
}

// tailFile sends the lines of a file in the agent's own container, if the limit of open files allows any.
func (a *Agent) tailFile(ctx context.Context, source Source) {
	if a.openFiles == 0 {
		a.log.Warnf("Reached the limit on the maximum number of files in use: 0")
		return
	}
	file, err := os.Open(source.Path)
	if err != nil {
		a.log.Warnf("Could not collect files: %s", err)
		return
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	for lines.Scan() && ctx.Err() == nil {
		line := engine.LogLine{At: time.Now(), Text: lines.Text()}
		one := a.messageOf(source, line)
		one.identifier = "file:" + source.Path
		a.submit(ctx, one)
	}
}

// describe gives a container's tags and the short name of its image.
func (a *Agent) describe(id string) (tags []string, image string) {
	a.mutex.Lock()
	container, known := a.containers[id]
	a.mutex.Unlock()
	if !known {
		found, err := a.engine.Container(context.Background(), id)
		if err != nil {
			return nil, ""
		}
		container = found
		a.mutex.Lock()
		a.containers[id] = container
		a.mutex.Unlock()
	}
	tags = a.Tagger.High(tagger.Container{
		ID: container.ID, Name: container.Name, Image: container.Image, ImageID: container.ImageID,
		Labels: container.Labels, Env: container.Env,
	})
	name, _ := tagger.SplitImage(container.Image)
	return tags, tagger.ShortImage(name)
}
