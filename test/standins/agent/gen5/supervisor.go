package gen5

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"datadog-hosts/standins/agent/catalog"
	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/compression"
	"datadog-hosts/standins/agent/engine"
	"datadog-hosts/standins/agent/forwarder"
	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/tagger"
)

// The supervisor's numbers in the image: a process counts as running after 5 s; one that ends at once is tried three
// more times, with a pause that grows by a second each.
const (
	startSeconds  = 5 * time.Second
	failedForGood = 7 * time.Second
	restartPause  = time.Second
	stopTimeout   = 2 * time.Second
	configFolder  = "/etc/dd-agent/conf.d"
	checksFolder  = "/etc/dd-agent/checks.d"
)

// Supervisor is the container's first process: it keeps the agent's processes going and restarts them all at SIGHUP.
type Supervisor struct {
	settings Settings
	folder   string
	log      *logging.Logger
	now      func() time.Time
	wait     func(ctx context.Context, pause time.Duration)

	mutex     sync.Mutex
	started   time.Time
	up        bool
	collector *Collector
	forwarder *forwarder.Forwarder
}

// NewSupervisor prepares the processes; nothing runs yet.
func NewSupervisor(configured Settings, folder string, log *logging.Logger) *Supervisor {
	return &Supervisor{settings: configured, folder: folder, log: log, now: time.Now, wait: pause}
}

func pause(ctx context.Context, length time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(length):
	}
}

// Run works until ctx ends. Each value from hangups stops all processes and starts them anew: between the two nothing is
// collected, and the files are read again.
func (s *Supervisor) Run(ctx context.Context, hangups <-chan struct{}) {
	for ctx.Err() == nil {
		processes, stop := context.WithCancel(ctx)
		finished := make(chan struct{})
		go func() {
			defer close(finished)
			s.processes(processes)
		}()
		select {
		case <-ctx.Done():
			s.log.Infof("supervisord: received SIGTERM indicating exit request")
		case <-hangups:
			s.log.Warnf("supervisord: received SIGHUP indicating restart request")
		}
		s.log.Infof("supervisord: waiting for collector, forwarder to die")
		stop()
		<-finished
		if ctx.Err() == nil {
			s.wait(ctx, restartPause)
		}
	}
}

func (s *Supervisor) processes(ctx context.Context) {
	s.log.Infof("supervisord: spawned: 'collector', 'forwarder'")
	if s.settings.Problem != "" {
		s.log.Errorf("%s", s.settings.Problem)
		s.set(nil, nil)
		<-ctx.Done()
		return
	}
	sender := forwarder.New(s.settings.IntakeURL, s.settings.APIKey, compression.Zlib, s.settings.ProxyToIntake(), s.log)
	collector := s.newCollector(sender)
	s.set(collector, sender)
	var work sync.WaitGroup
	work.Go(func() { sender.Run(ctx) })
	collector.Run(ctx)
	work.Wait()
	last, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	sender.Flush(last)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.up = false
}

func (s *Supervisor) newCollector(sender *forwarder.Forwarder) *Collector {
	return &Collector{
		Catalog: catalog.Generation5, Folder: s.folder, Settings: s.settings, Forwarder: sender, Log: s.log, Wait: s.wait, Now: s.now,
		Environment: checks.Environment{
			CustomChecks: checksFolder,
			Log:          s.log, Hostname: s.settings.Hostname, DockerSocket: engine.Socket(os.Getenv), Tagger: tagger.Tagger{}, Lenient: true,
			LabelsAsTags: s.settings.LabelsAsTags, Now: s.now,
			HTTPProxy: s.settings.Proxy.HTTP, HTTPSProxy: s.settings.Proxy.HTTPS,
			NoProxy: s.settings.Proxy.NoProxy,
		},
	}
}

func (s *Supervisor) set(collector *Collector, sender *forwarder.Forwarder) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.started, s.up, s.collector, s.forwarder = s.now(), true, collector, sender
}

// State is what the supervisor says of the essential processes: STARTING, RUNNING, BACKOFF, FATAL or STOPPED.
func (s *Supervisor) State() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	age := s.now().Sub(s.started)
	switch {
	case !s.up:
		return "STOPPED"
	case s.collector == nil && age < failedForGood:
		return "BACKOFF"
	case s.collector == nil:
		return "FATAL"
	case age < startSeconds:
		return "STARTING"
	default:
		return "RUNNING"
	}
}

// Processes is `supervisorctl status`.
func (s *Supervisor) Processes(pid int) string {
	state := s.State()
	uptime := ""
	if state == "RUNNING" {
		s.mutex.Lock()
		age := s.now().Sub(s.started).Truncate(time.Second)
		s.mutex.Unlock()
		uptime = fmt.Sprintf("pid %d, uptime %d:%02d:%02d", pid, int(age.Hours()), int(age.Minutes())%60, int(age.Seconds())%60)
	}
	lines := ""
	for _, process := range []string{"collector", "dogstatsd", "forwarder"} {
		lines += fmt.Sprintf("%-32s %-9s %s\n", "datadog-agent:"+process, state, uptime)
	}
	for _, process := range []string{"go-metro", "jmxfetch", "process-agent", "trace-agent"} {
		lines += fmt.Sprintf("%-32s %-9s\n", "datadog-agent:"+process, "EXITED")
	}
	return lines
}

// Info is what `info` prints now, and the status it ends with.
func (s *Supervisor) Info(pid int) (string, int) {
	s.mutex.Lock()
	collector, sender, up := s.collector, s.forwarder, s.up
	s.mutex.Unlock()
	state := InfoState{Now: s.now(), PID: pid, Hostname: s.settings.Hostname, Folder: s.folder}
	if up && collector != nil {
		state.Collector = collector.Report()
		state.ForwarderRunning = true
		stats, notes := sender.Report()
		state.Forwarder, state.KeyNote = stats, keyNote(notes)
	}
	return Info(state)
}
