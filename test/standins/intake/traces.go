package main

import (
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// Span is one span of one POST, as GET /recorded shows it.
type Span struct {
	Service string `json:"service"`
	Name    string `json:"name"`
	Host    string `json:"host"`
	// Tags are those of the container that it came from, and of the host.
	Tags []string `json:"tags"`
	Origin
}

// Fields by their numbers in pkg/proto/datadog/trace of DataDog/datadog-agent.
const (
	agentHostname = 1
	agentTracers  = 5

	tracerChunks = 6
	tracerTags   = 7

	chunkSpans = 3

	spanService = 1
	spanName    = 2
)

// containerTags is the tag of a tracer's payload that holds those of its container, with commas.
const containerTags = "_dd.tags.container"

// spansIn reads an AgentPayload.
func spansIn(body []byte) ([]Span, error) {
	var spans []Span
	hostname := ""
	err := fields(body, func(number protowire.Number, value field) error {
		switch number {
		case agentHostname:
			hostname = string(value.bytes)
		case agentTracers:
			found, err := spansOfTracer(value.bytes)
			spans = append(spans, found...)
			return err
		}
		return nil
	})
	for index := range spans {
		spans[index].Host = hostname
	}
	return spans, err
}

func spansOfTracer(message []byte) ([]Span, error) {
	var spans []Span
	var tags []string
	err := fields(message, func(number protowire.Number, value field) error {
		switch number {
		case tracerChunks:
			return fields(value.bytes, func(number protowire.Number, value field) error {
				if number != chunkSpans {
					return nil
				}
				span, err := oneSpan(value.bytes)
				spans = append(spans, span)
				return err
			})
		case tracerTags:
			key, text, err := pair(value.bytes)
			if key == containerTags {
				tags = strings.Split(text, ",")
			}
			return err
		}
		return nil
	})
	for index := range spans {
		spans[index].Tags = tags
	}
	return spans, err
}

func oneSpan(message []byte) (Span, error) {
	span := Span{}
	err := fields(message, func(number protowire.Number, value field) error {
		switch number {
		case spanService:
			span.Service = string(value.bytes)
		case spanName:
			span.Name = string(value.bytes)
		}
		return nil
	})
	return span, err
}

// pair reads an entry of a map of texts.
func pair(message []byte) (key, text string, err error) {
	err = fields(message, func(number protowire.Number, value field) error {
		switch number {
		case 1:
			key = string(value.bytes)
		case 2:
			text = string(value.bytes)
		}
		return nil
	})
	return key, text, err
}
