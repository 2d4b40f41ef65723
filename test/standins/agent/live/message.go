package live

import (
	"datadog-hosts/standins/agent/compression"
	"google.golang.org/protobuf/encoding/protowire"
)

// The header of a message, as process/message.go of DataDog/agent-payload writes it: one byte each for version, encoding,
// type and subscription, then an organisation and a time.
const (
	headerSize    = 16
	headerVersion = 3
	encodingZstd  = 5

	typeProcesses  = 12
	typeContainers = 39
)

// Fields by their numbers in proto/process/agent.proto of DataDog/agent-payload.
const (
	processesHost = 2
	processesList = 3

	containersHost = 1
	containersList = 3

	processPID         = 2
	processCommand     = 4
	processContainerID = 14
	commandArguments   = 1
	commandName        = 9

	containerType = 1
	containerID   = 2
	containerTags = 26
)

// processesMessage is a CollectorProc.
func processesMessage(hostname string, processes []process) ([]byte, error) {
	body := text(nil, processesHost, hostname)
	for _, one := range processes {
		var command []byte
		for _, argument := range one.arguments {
			command = text(command, commandArguments, argument)
		}
		command = text(command, commandName, one.name)
		entry := protowire.AppendVarint(protowire.AppendTag(nil, processPID, protowire.VarintType), uint64(one.pid))
		entry = message(entry, processCommand, command)
		body = message(body, processesList, text(entry, processContainerID, one.container))
	}
	return withHeader(typeProcesses, body)
}

// containersMessage is a CollectorContainer.
func containersMessage(hostname string, containers []container) ([]byte, error) {
	body := text(nil, containersHost, hostname)
	for _, one := range containers {
		entry := text(text(nil, containerType, "docker"), containerID, one.id)
		for _, tag := range one.tags {
			entry = text(entry, containerTags, tag)
		}
		body = message(body, containersList, entry)
	}
	return withHeader(typeContainers, body)
}

func withHeader(kind byte, body []byte) ([]byte, error) {
	packed, err := compression.Zstd.Pack(body)
	header := make([]byte, headerSize)
	header[0], header[1], header[2] = headerVersion, encodingZstd, kind
	return append(header, packed...), err
}

func text(to []byte, field protowire.Number, value string) []byte {
	return message(to, field, []byte(value))
}

func message(to []byte, field protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, field, protowire.BytesType), value)
}
