package main

import (
	"errors"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

const protobufType = "application/x-protobuf"

// Fields by their numbers in proto/metrics/agent_payload.proto of DataDog/agent-payload.
const (
	payloadSeries = 1

	seriesResources = 1
	seriesMetric    = 2
	seriesTags      = 3
	seriesPoints    = 4
	seriesType      = 5

	resourceType = 1
	resourceName = 2

	pointValue     = 1
	pointTimestamp = 2
)

// fromProtobuf reads a MetricPayload: what agents of generation 7 send by default.
func fromProtobuf(body []byte) ([]Series, error) {
	var all []Series
	err := fields(body, func(number protowire.Number, value field) error {
		if number != payloadSeries {
			return nil
		}
		series, err := oneSeries(value.bytes)
		all = append(all, series)
		return err
	})
	return all, err
}

func oneSeries(message []byte) (Series, error) {
	series := Series{Type: typesV2[0]}
	err := fields(message, func(number protowire.Number, value field) error {
		switch number {
		case seriesMetric:
			series.Metric = string(value.bytes)
		case seriesTags:
			series.Tags = append(series.Tags, string(value.bytes))
		case seriesType:
			series.Type = typesV2[int(value.number)]
		case seriesResources:
			return resource(value.bytes, &series)
		case seriesPoints:
			return point(value.bytes, &series)
		}
		return nil
	})
	return series, err
}

func resource(message []byte, series *Series) error {
	var kind, name string
	err := fields(message, func(number protowire.Number, value field) error {
		switch number {
		case resourceType:
			kind = string(value.bytes)
		case resourceName:
			name = string(value.bytes)
		}
		return nil
	})
	if kind == "host" {
		series.Host = name
	}
	return err
}

func point(message []byte, series *Series) error {
	var pair [2]float64
	err := fields(message, func(number protowire.Number, value field) error {
		switch number {
		case pointTimestamp:
			pair[0] = float64(int64(value.number))
		case pointValue:
			pair[1] = math.Float64frombits(value.number)
		}
		return nil
	})
	series.Points = append(series.Points, pair)
	return err
}

// field is the value of one field: a number's bits, or the bytes of a text or a message.
type field struct {
	number uint64
	bytes  []byte
}

var errNoMessage = errors.New("this is no protobuf message")

// fields calls use for each field of a message.
func fields(message []byte, use func(protowire.Number, field) error) error {
	for len(message) > 0 {
		number, kind, length := protowire.ConsumeTag(message)
		if length < 0 {
			return errNoMessage
		}
		message = message[length:]
		var value field
		switch kind {
		case protowire.VarintType:
			value.number, length = protowire.ConsumeVarint(message)
		case protowire.Fixed64Type:
			value.number, length = protowire.ConsumeFixed64(message)
		case protowire.BytesType:
			value.bytes, length = protowire.ConsumeBytes(message)
		default:
			length = protowire.ConsumeFieldValue(number, kind, message)
		}
		if length < 0 {
			return errNoMessage
		}
		message = message[length:]
		if err := use(number, value); err != nil {
			return err
		}
	}
	return nil
}
