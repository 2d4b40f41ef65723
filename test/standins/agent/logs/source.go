// Package logs collects the logs of containers as the original's logs agent does: over the engine's socket, from where it
// stopped, and with the tags of the container.
//
// Rules follow pkg/logs of DataDog/datadog-agent (schedulers/ad, launchers/container, launchers/file, tailers/container)
// and comp/logs/auditor.
package logs

import (
	"errors"
	"strings"

	"datadog-hosts/standins/agent/integration"
	"go.yaml.in/yaml/v2"
)

// Source is one entry of `logs` in a config.
type Source struct {
	// Type is `docker` for a container's output, or what a container's label asks for: `file`, `tcp` or `udp`.
	Type    string
	Path    string
	Source  string
	Service string
	Tags    []string
	// Identifier is the id of the container that the config was resolved for.
	Identifier string
}

var errNoContainer = errors.New("this stand-in collects logs of containers only: the config has no ad_identifiers")

// sourcesOf reads the entries of a config. As in the original, a config that was resolved for a container is about its
// output, whatever type it says, except for files and ports.
func sourcesOf(config integration.Config) ([]Source, error) {
	var entries []struct {
		Type    string   `yaml:"type"`
		Path    string   `yaml:"path"`
		Source  string   `yaml:"source"`
		Service string   `yaml:"service"`
		Tags    []string `yaml:"tags"`
	}
	if err := yaml.Unmarshal(config.Logs, &entries); err != nil {
		return nil, err
	}
	if len(entries) > 0 && config.ServiceID == "" {
		return nil, errNoContainer
	}
	runtime, id, _ := strings.Cut(config.ServiceID, "://")
	var sources []Source
	for _, entry := range entries {
		source := Source{
			Type: entry.Type, Path: entry.Path, Source: entry.Source, Service: entry.Service, Tags: entry.Tags, Identifier: id,
		}
		switch entry.Type {
		case "file", "tcp", "udp":
		default:
			source.Type = runtime
		}
		sources = append(sources, source)
	}
	return sources, nil
}
