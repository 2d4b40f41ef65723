package logs

import (
	"context"
	"strings"
	"time"

	"datadog-hosts/standins/agent/engine"
)

// dateFormat is the original's, of the offsets of containers.
const dateFormat = "2006-01-02T15:04:05.000000000Z"

// restartPause lies between the end of a container's output, such as at its stop, and the next look.
const restartPause = time.Second

// tail reads a container's output until ctx ends: from the line after the last one that was sent, or from its first one.
func (a *Agent) tail(ctx context.Context, source Source) {
	identifier := "docker:" + source.Identifier
	since, err := time.Parse(dateFormat, a.auditor.offset(identifier))
	if err != nil {
		since = time.Time{}
	}
	for ctx.Err() == nil {
		after := since
		if !after.IsZero() {
			after = after.Add(time.Nanosecond)
		}
		err := a.engine.Logs(ctx, source.Identifier, after, func(line engine.LogLine) {
			since = line.At
			if line.Text == "" {
				return
			}
			a.submit(ctx, a.messageOf(source, line))
		})
		if err != nil && ctx.Err() == nil {
			a.log.Debugf("Could not tail logs for container %s: %s", source.Identifier, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(restartPause):
		}
	}
}

func (a *Agent) messageOf(source Source, line engine.LogLine) message {
	status := "info"
	if line.IsError {
		status = "error"
	}
	tags, image := a.describe(source.Identifier)
	return message{
		identifier: "docker:" + source.Identifier,
		offset:     line.At.UTC().Format(dateFormat),
		payload: payload{
			Message: line.Text, Status: status, Timestamp: line.At.UnixMilli(), Hostname: a.Hostname,
			Service: or(source.Service, serviceTag(tags), image), Source: or(source.Source, image),
			Tags: strings.Join(append(append([]string{}, source.Tags...), tags...), ","),
		},
	}
}

func or(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// serviceTag is the value of a tag `service`; the original reads it from the container's standard tags.
func serviceTag(tags []string) string {
	for _, tag := range tags {
		if value, found := strings.CutPrefix(tag, "service:"); found {
			return value
		}
	}
	return ""
}
