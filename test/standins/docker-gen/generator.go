package main

import (
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	docker "github.com/fsouza/go-dockerclient"
)

const defaultEndpoint = "unix:///var/run/docker.sock"

// generator renders blocks from one engine's containers.
type generator struct {
	client   *docker.Client
	endpoint string
	// version stays empty when the engine did not answer at the start: it is not asked for again.
	version     *docker.Env
	eventFilter map[string][]string
	blocks      []block
	running     sync.WaitGroup
}

// newGenerator prepares the connection; an engine that does not answer yet is logged, not an error.
func newGenerator(endpoint string, eventFilter map[string][]string, blocks []block) (*generator, error) {
	if endpoint == "" {
		endpoint = os.Getenv("DOCKER_HOST")
	}
	if endpoint == "" {
		endpoint = defaultEndpoint
	}
	client, err := newClient(endpoint)
	if err != nil {
		return nil, err
	}
	version, err := client.Version()
	if err != nil {
		log.Printf("Error retrieving docker server version info: %s\n", err)
	}
	return &generator{client: client, endpoint: endpoint, version: version, eventFilter: eventFilter, blocks: blocks}, nil
}

func newClient(endpoint string) (*docker.Client, error) {
	if !strings.HasPrefix(endpoint, "unix://") {
		return nil, fmt.Errorf("bad endpoint: %s: this stand-in reaches an engine through unix:// only", endpoint)
	}
	client, err := docker.NewClient(endpoint)
	if err != nil {
		return nil, fmt.Errorf("unable to create docker client: %s", err)
	}
	return client, nil
}

// run renders every block once and, for those that watch or have an interval, until a signal ends it.
func (g *generator) run() {
	g.generateAll()
	g.generateAtIntervals()
	g.watchEvents()
	g.watchSignals()
	g.running.Wait()
}

// generateAll renders the blocks one after the other; when the engine does not answer, the rest has to wait too.
func (g *generator) generateAll() {
	for _, b := range g.blocks {
		containers, err := g.listContainers(b)
		if err != nil {
			log.Printf("Error listing containers: %s\n", err)
			return
		}
		g.publish(b, containers)
	}
}

// publish writes the file and, if that changed it, notifies.
func (g *generator) publish(b block, containers Context) {
	if !generateFile(b, containers) {
		log.Printf("Contents of %s did not change. Skipping notification '%s'", b.Dest, b.NotifyCmd)
		return
	}
	g.notify(b)
}

// generateAtIntervals renders at each tick, and notifies whether the file changed or not.
func (g *generator) generateAtIntervals() {
	for _, b := range g.blocks {
		if b.Interval == 0 {
			continue
		}
		log.Printf("Generating every %d seconds", b.Interval)
		ticker := time.NewTicker(time.Duration(b.Interval) * time.Second)
		signals := receiveSignals()
		g.running.Go(func() {
			defer ticker.Stop()
			for {
				select {
				case <-ticker.C:
					containers, err := g.listContainers(b)
					if err != nil {
						log.Printf("Error listing containers: %s\n", err)
						continue
					}
					generateFile(b, containers)
					g.notify(b)
				case received := <-signals:
					if endsProcess(received) {
						return
					}
				}
			}
		})
	}
}

// watchSignals renders everything on SIGHUP, as long as a block watches.
func (g *generator) watchSignals() {
	if len(g.watchedBlocks()) == 0 {
		return
	}
	signals := receiveSignals()
	g.running.Go(func() {
		for received := range signals {
			if endsProcess(received) {
				return
			}
			g.generateAll()
		}
	})
}

func (g *generator) watchedBlocks() []block {
	var watched []block
	for _, b := range g.blocks {
		if b.Watch {
			watched = append(watched, b)
		}
	}
	return watched
}

// receiveSignals opens a channel of its own for each part that has to end: every one of them gets every signal.
func receiveSignals() <-chan os.Signal {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM)
	return signals
}

// endsProcess logs the signal and tells whether it is one to end at.
func endsProcess(received os.Signal) bool {
	log.Printf("Received signal: %s\n", received)
	return received != syscall.SIGHUP
}
