package sampling

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// typesV2 are the numbers that the second version of the API uses for types.
var typesV2 = map[string]uint64{"count": 1, "rate": 2, "gauge": 3}

// Protobuf is the body of a POST to /api/v2/series: a MetricPayload, whose fields stand in
// proto/metrics/agent_payload.proto of DataDog/agent-payload.
func Protobuf(all []Series) []byte {
	var payload []byte
	for _, series := range all {
		payload = appendMessage(payload, 1, series.message())
	}
	return payload
}

func (s Series) message() []byte {
	var message []byte
	if s.Host != "" {
		message = appendMessage(message, 1, appendText(appendText(nil, 1, "host"), 2, s.Host))
	}
	message = appendText(message, 2, s.Metric)
	for _, tag := range s.Tags {
		message = appendText(message, 3, tag)
	}
	for _, point := range s.Points {
		var encoded []byte
		encoded = protowire.AppendTag(encoded, 1, protowire.Fixed64Type)
		encoded = protowire.AppendFixed64(encoded, math.Float64bits(point[1]))
		encoded = appendNumber(encoded, 2, uint64(int64(point[0])))
		message = appendMessage(message, 4, encoded)
	}
	message = appendNumber(message, 5, typesV2[s.Type])
	if s.SourceTypeName != "" {
		message = appendText(message, 7, s.SourceTypeName)
	}
	return appendNumber(message, 8, uint64(s.Interval))
}

func appendMessage(to []byte, number protowire.Number, message []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, number, protowire.BytesType), message)
}

func appendText(to []byte, number protowire.Number, text string) []byte {
	return protowire.AppendString(protowire.AppendTag(to, number, protowire.BytesType), text)
}

func appendNumber(to []byte, number protowire.Number, value uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(to, number, protowire.VarintType), value)
}
