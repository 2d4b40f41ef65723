package engine

import (
	"context"
	"time"

	dockerapi "github.com/fsouza/go-dockerclient"
)

// relistInterval bounds how long a lost event goes unnoticed.
const relistInterval = 10 * time.Second

// Watch calls changed at once, then after each start and end of a container, and every few seconds, until ctx ends.
// It outlives the engine's restarts.
func (e *Engine) Watch(ctx context.Context, changed func()) {
	changed()
	for ctx.Err() == nil {
		e.watchOnce(ctx, changed)
	}
}

func (e *Engine) watchOnce(ctx context.Context, changed func()) {
	events := make(chan *dockerapi.APIEvents, 256)
	err := e.client.AddEventListenerWithOptions(dockerapi.EventsOptions{Filters: map[string][]string{
		"type": {"container", "network"}, "event": {"start", "die", "rename", "connect", "disconnect"},
	}}, events)
	if err == nil {
		defer func() { _ = e.client.RemoveEventListener(events) }()
	}
	relist := time.NewTicker(relistInterval)
	defer relist.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case event, open := <-events:
			if !open {
				return
			}
			if event == nil {
				continue
			}
			id := event.Actor.ID
			if event.Type == "network" {
				id = event.Actor.Attributes["container"]
			}
			e.Forget(id)
			changed()
		case <-relist.C:
			changed()
			if err != nil {
				return
			}
		}
	}
}
