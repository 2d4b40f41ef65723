package main

import (
	"log"
	"os/exec"
	"strings"

	docker "github.com/fsouza/go-dockerclient"
)

const (
	restartSignal       = -1
	restartGraceSeconds = 10
)

// notify tells everyone that a block names: first the command, then the containers, then the filtered ones. What
// fails is logged and never tried again.
func (g *generator) notify(b block) {
	runNotifyCommand(b)
	for container, signal := range b.NotifyContainers {
		g.signalContainer(container, signal)
	}
	if len(b.NotifyContainersFilter) == 0 {
		return
	}
	// Without All: the engine lists running containers only.
	containers, err := g.client.ListContainers(docker.ListContainersOptions{Filters: b.NotifyContainersFilter})
	if err != nil {
		log.Printf("Error getting containers: %s", err)
		return
	}
	for _, container := range containers {
		g.signalContainer(container.ID, b.NotifyContainersSignal)
	}
}

func runNotifyCommand(b block) {
	if b.NotifyCmd == "" {
		return
	}
	log.Printf("Running '%s'", b.NotifyCmd)
	output, err := exec.Command("/bin/sh", "-c", b.NotifyCmd).CombinedOutput()
	if err != nil {
		log.Printf("Error running notify command: %s, %s\n", b.NotifyCmd, err)
	}
	if !b.NotifyOutput {
		return
	}
	for line := range strings.SplitSeq(string(output), "\n") {
		if line != "" {
			log.Printf("[%s]: %s", b.NotifyCmd, line)
		}
	}
}

// signalContainer sends the signal through the kill API, where 0 (unset) means what the engine makes of no signal at
// all, or restarts the container.
func (g *generator) signalContainer(container string, signal int) {
	log.Printf("Sending container '%s' signal '%v'", container, signal)
	if signal == restartSignal {
		if err := g.client.RestartContainer(container, restartGraceSeconds); err != nil {
			log.Printf("Error sending restarting container: %s", err)
		}
		return
	}
	options := docker.KillContainerOptions{ID: container, Signal: docker.Signal(signal)}
	if err := g.client.KillContainer(options); err != nil {
		log.Printf("Error sending signal to container: %s", err)
	}
}
