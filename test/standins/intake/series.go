package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// addSeriesV1 reads {"series": [{metric, points: [[time, value]], tags, host, type}]}.
func (r *Record) addSeriesV1(body []byte, from Origin) error {
	var payload struct {
		Series []Series `json:"series"`
	}
	if err := json.Unmarshal(body, &payload); err != nil {
		return fmt.Errorf("series: %w", err)
	}
	for index := range payload.Series {
		payload.Series[index].Origin = from
	}
	r.append(payload.Series, nil)
	return nil
}

// typesV2 are the numbers that the second version of the API uses for types.
var typesV2 = map[int]string{0: "unspecified", 1: "count", 2: "rate", 3: "gauge"}

// addSeriesV2 reads {"series": [{metric, points: [{timestamp, value}], tags, type: 1, resources: [{type, name}]}]}, as
// JSON or as protobuf.
func (r *Record) addSeriesV2(body []byte, contentType string, from Origin) error {
	read := fromJSON
	if strings.HasPrefix(contentType, protobufType) {
		read = fromProtobuf
	}
	series, err := read(body)
	if err != nil {
		return fmt.Errorf("series: %w", err)
	}
	for index := range series {
		series[index].Origin = from
	}
	r.append(series, nil)
	return nil
}

func fromJSON(body []byte) ([]Series, error) {
	var payload struct {
		Series []struct {
			Metric string   `json:"metric"`
			Tags   []string `json:"tags"`
			Type   int      `json:"type"`
			Points []struct {
				Timestamp float64 `json:"timestamp"`
				Value     float64 `json:"value"`
			} `json:"points"`
			Resources []struct{ Type, Name string } `json:"resources"`
		} `json:"series"`
	}
	if err := json.Unmarshal(body, &payload); err != nil {
		return nil, err
	}
	var added []Series
	for _, entry := range payload.Series {
		series := Series{Metric: entry.Metric, Tags: entry.Tags, Type: typesV2[entry.Type]}
		for _, point := range entry.Points {
			series.Points = append(series.Points, [2]float64{point.Timestamp, point.Value})
		}
		for _, resource := range entry.Resources {
			if resource.Type == "host" {
				series.Host = resource.Name
			}
		}
		added = append(added, series)
	}
	return added, nil
}
