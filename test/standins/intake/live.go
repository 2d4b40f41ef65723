package main

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// Process is one process of one list, as GET /recorded shows it.
type Process struct {
	Host string `json:"host"`
	Name string `json:"name"`
	// Arguments are the command line, the program first.
	Arguments []string `json:"arguments"`
	// Container is the id of its container; empty if it runs in none.
	Container string `json:"container"`
	Origin
}

// RunningContainer is one container of one list, as GET /recorded shows it.
type RunningContainer struct {
	Host string   `json:"host"`
	ID   string   `json:"id"`
	Tags []string `json:"tags"`
	Origin
}

// The header of a message in process/message.go of DataDog/agent-payload, version 3: it is followed by the body.
const (
	liveHeader     = 16
	liveVersion    = 3
	liveProcesses  = 12
	liveContainers = 39
)

// Fields by their numbers in proto/process/agent.proto of DataDog/agent-payload.
const (
	processesHost      = 2
	processesList      = 3
	processCommand     = 4
	processContainerID = 14
	commandArguments   = 1
	commandName        = 9

	containersHost = 1
	containersList = 3
	listedID       = 2
	listedTags     = 26
)

// addLive reads a list of processes or containers. Other messages, such as the use of resources between two lists, are
// counted as requests, and nothing of them is read.
func (r *Record) addLive(message []byte, from Origin) error {
	if len(message) < liveHeader || message[0] != liveVersion {
		return fmt.Errorf("this intake does not know the header of a message of %d bytes", len(message))
	}
	body, err := liveBody(message[1], message[liveHeader:])
	if err != nil {
		return err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	switch message[2] {
	case liveProcesses:
		err = eachOf(body, processesHost, processesList, func(host string, entry []byte) error {
			found := Process{Host: host, Arguments: []string{}, Origin: from}
			err := readProcess(entry, &found)
			r.processes = append(r.processes, found)
			return err
		})
		r.processes = newest(r.processes)
	case liveContainers:
		err = eachOf(body, containersHost, containersList, func(host string, entry []byte) error {
			found := RunningContainer{Host: host, Tags: []string{}, Origin: from}
			err := readContainer(entry, &found)
			r.running = append(r.running, found)
			return err
		})
		r.running = newest(r.running)
	}
	return err
}

// liveBody unpacks a body by the encoding that the header names: 0 is not packed, 2, 4 and 5 are forms of zstd.
func liveBody(encoding byte, body []byte) ([]byte, error) {
	switch encoding {
	case 0:
		return body, nil
	case 2, 4, 5:
		return unpackZstd(body)
	}
	return nil, fmt.Errorf("this intake does not know the encoding %d of a message", encoding)
}

// eachOf reads the list in a message; the host's name may come after it.
func eachOf(body []byte, hostField, listField protowire.Number, add func(host string, entry []byte) error) error {
	host := ""
	var entries [][]byte
	err := fields(body, func(number protowire.Number, value field) error {
		switch number {
		case hostField:
			host = string(value.bytes)
		case listField:
			entries = append(entries, value.bytes)
		}
		return nil
	})
	for _, entry := range entries {
		if err == nil {
			err = add(host, entry)
		}
	}
	return err
}

func readProcess(entry []byte, into *Process) error {
	return fields(entry, func(number protowire.Number, value field) error {
		switch number {
		case processContainerID:
			into.Container = string(value.bytes)
		case processCommand:
			return fields(value.bytes, func(number protowire.Number, value field) error {
				switch number {
				case commandArguments:
					into.Arguments = append(into.Arguments, string(value.bytes))
				case commandName:
					into.Name = string(value.bytes)
				}
				return nil
			})
		}
		return nil
	})
}

func readContainer(entry []byte, into *RunningContainer) error {
	return fields(entry, func(number protowire.Number, value field) error {
		switch number {
		case listedID:
			into.ID = string(value.bytes)
		case listedTags:
			into.Tags = append(into.Tags, string(value.bytes))
		}
		return nil
	})
}
