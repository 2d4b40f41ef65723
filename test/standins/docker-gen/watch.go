package main

import (
	"errors"
	"log"
	"time"

	docker "github.com/fsouza/go-dockerclient"
)

const (
	// eventBuffer is how many events may wait for a slow render before the next one blocks.
	eventBuffer = 100
	// quietTime is how long the engine may say nothing before it is pinged.
	quietTime = 10 * time.Second
	// retryTime lies between two attempts to reach the engine.
	retryTime = 10 * time.Second
)

// shownIDLength is how much of an id the log shows. An event with a shorter id (a volume's name is one) panics, which
// ends the process: the original does it too, and event filters must keep such events away.
const shownIDLength = 12

type events = chan *docker.APIEvents

// watchEvents renders each watching block again after each event that passes the filters.
func (g *generator) watchEvents() {
	var watchers []events
	for _, b := range g.watchedBlocks() {
		watcher := make(events, eventBuffer)
		watchers = append(watchers, watcher)
		g.running.Go(func() {
			for range debounce(watcher, b.Wait) {
				containers, err := g.listContainers(b)
				if err != nil {
					log.Printf("Error listing containers: %s\n", err)
					continue
				}
				g.publish(b, containers)
			}
		})
	}
	if len(watchers) > 0 {
		go g.followEngine(watchers)
	}
}

// followEngine hands the engine's events to all watchers until a signal ends the process, through restarts of the
// engine, after each of which every block is rendered. Listings keep the first client; only the events need a new one.
func (g *generator) followEngine(watchers []events) {
	signals := receiveSignals()
	source := make(events, eventBuffer)
	client := g.client
	watching := false

	for {
		if client == nil {
			var err error
			if client, err = newClient(g.endpoint); err != nil {
				log.Printf("Unable to connect to docker daemon: %s", err)
				time.Sleep(retryTime)
				continue
			}
		}
		if !watching {
			err := client.AddEventListenerWithOptions(docker.EventsOptions{Filters: g.eventFilter}, source)
			if err != nil && !errors.Is(err, docker.ErrListenerAlreadyExists) {
				log.Printf("Error registering docker event listener: %s", err)
				time.Sleep(retryTime)
				continue
			}
			watching = true
			log.Println("Watching docker events")
			g.generateAll()
		}

		select {
		case event, open := <-source:
			if !open {
				log.Printf("Docker daemon connection interrupted")
				stopListening(client, source)
				client, watching = nil, false
				source = make(events, eventBuffer)
				time.Sleep(retryTime)
				continue
			}
			log.Printf("Received event %s for %s %s", event.Action, event.Type, event.Actor.ID[:shownIDLength])
			for _, watcher := range watchers {
				watcher <- event
			}
		case <-time.After(quietTime):
			if err := client.Ping(); err != nil {
				log.Printf("Unable to ping docker daemon: %s", err)
				stopListening(client, source)
				client, watching = nil, false
			}
		case received := <-signals:
			if endsProcess(received) {
				for _, watcher := range watchers {
					close(watcher)
				}
				return
			}
		}
	}
}

func stopListening(client *docker.Client, source events) {
	// The error says that the listener is gone already, which is what is wanted.
	_ = client.RemoveEventListener(source)
}

// debounce gathers events: it passes one on when none came for wait.min, or wait.max after the first.
func debounce(input events, wait *waitRange) events {
	if wait == nil || wait.min == 0 {
		return input
	}
	output := make(events, eventBuffer)
	go func() {
		defer close(output)
		var last *docker.APIEvents
		var quiet, latest <-chan time.Time
		for {
			select {
			case event, open := <-input:
				if !open {
					return
				}
				last, quiet = event, time.After(wait.min)
				if latest == nil {
					latest = time.After(wait.max)
				}
				continue
			case <-quiet:
				log.Println("Debounce minTimer fired")
			case <-latest:
				log.Println("Debounce maxTimer fired")
			}
			quiet, latest = nil, nil
			output <- last
		}
	}()
	return output
}
