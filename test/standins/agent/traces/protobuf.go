package traces

import (
	"maps"
	"math"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// Fields by their numbers in pkg/proto/datadog/trace/{agent_payload,tracer_payload,span}.proto.
const (
	agentHostname = 1
	agentTracers  = 5

	tracerContainer = 1
	tracerLanguage  = 2
	tracerChunks    = 6
	tracerTags      = 7

	chunkPriority = 1
	chunkSpans    = 3

	spanService  = 1
	spanName     = 2
	spanResource = 3
	spanTraceID  = 4
	spanID       = 5
	spanParentID = 6
	spanStart    = 7
	spanDuration = 8
	spanError    = 9
	spanMeta     = 10
	spanMetrics  = 11
	spanType     = 12
)

// containerTags is the tag of a tracer's payload that holds those of its container, with commas.
const containerTags = "_dd.tags.container"

// agentPayload is one payload with the traces of one tracer.
func agentPayload(hostname, container, language string, tags []string, traces [][]span) []byte {
	tracer := text(text(nil, tracerContainer, container), tracerLanguage, language)
	for _, trace := range traces {
		chunk := number(nil, chunkPriority, 1)
		for _, one := range trace {
			chunk = message(chunk, chunkSpans, spanPayload(one))
		}
		tracer = message(tracer, tracerChunks, chunk)
	}
	if len(tags) > 0 {
		tracer = message(tracer, tracerTags, text(text(nil, 1, containerTags), 2, strings.Join(tags, ",")))
	}
	return message(text(nil, agentHostname, hostname), agentTracers, tracer)
}

func spanPayload(one span) []byte {
	body := text(text(text(nil, spanService, one.Service), spanName, one.Name), spanResource, one.Resource)
	for field, value := range map[protowire.Number]uint64{
		spanTraceID: one.TraceID, spanID: one.SpanID, spanParentID: one.ParentID, spanStart: uint64(one.Start),
		spanDuration: uint64(one.Duration), spanError: uint64(one.Error),
	} {
		body = number(body, field, value)
	}
	for _, key := range slices.Sorted(maps.Keys(one.Meta)) {
		body = message(body, spanMeta, text(text(nil, 1, key), 2, one.Meta[key]))
	}
	for _, key := range slices.Sorted(maps.Keys(one.Metrics)) {
		value := protowire.AppendFixed64(protowire.AppendTag(text(nil, 1, key), 2, protowire.Fixed64Type), math.Float64bits(one.Metrics[key]))
		body = message(body, spanMetrics, value)
	}
	return text(body, spanType, one.Type)
}

func text(to []byte, field protowire.Number, value string) []byte {
	return message(to, field, []byte(value))
}

func message(to []byte, field protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, field, protowire.BytesType), value)
}

func number(to []byte, field protowire.Number, value uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(to, field, protowire.VarintType), value)
}
