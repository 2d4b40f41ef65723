package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"

	dockerapi "github.com/fsouza/go-dockerclient"
)

// Reading is what a container's numbers were at one moment, or why they could not be had.
type Reading struct {
	Container Container
	Stats     dockerapi.Stats
	Err       error
}

// readers is how many containers are asked for at a time: an engine may take a second for each.
const readers = 16

// AllStats reads the numbers of all running containers of a list.
func (e *Engine) AllStats(ctx context.Context, containers []Container) []Reading {
	var readings []Reading
	for _, container := range containers {
		if container.Running {
			readings = append(readings, Reading{Container: container})
		}
	}
	var waiting sync.WaitGroup
	places := make(chan struct{}, readers)
	for index := range readings {
		places <- struct{}{}
		waiting.Go(func() {
			readings[index].Stats, readings[index].Err = e.Stats(ctx, readings[index].Container.ID)
			<-places
		})
	}
	waiting.Wait()
	return readings
}

// Stats are the numbers of one running container at one moment.
func (e *Engine) Stats(ctx context.Context, id string) (dockerapi.Stats, error) {
	stats := dockerapi.Stats{}
	// one-shot answers at once; without it the engine takes a second for a reading that is not needed here.
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://docker/containers/"+id+"/stats?stream=false&one-shot=true", nil)
	if err != nil {
		return stats, err
	}
	response, err := e.http.Do(request)
	if err != nil {
		return stats, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode == http.StatusNotFound {
		return stats, ErrGone
	}
	if response.StatusCode != http.StatusOK {
		return stats, fmt.Errorf("stats of container %s: the engine answers %s", id, response.Status)
	}
	return stats, json.NewDecoder(response.Body).Decode(&stats)
}
