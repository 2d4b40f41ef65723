// Package autodiscovery decides which configs run: those of files at once, templates for each container they match.
//
// Rules follow comp/core/autodiscovery of DataDog/datadog-agent.
package autodiscovery

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"datadog-hosts/standins/agent/engine"
	"datadog-hosts/standins/agent/integration"
	"datadog-hosts/standins/agent/tagger"
	"datadog-hosts/standins/agent/variables"
)

// dockerService is the identifier of the engine itself, which the bundled config of the docker check waits for.
const dockerService = "_docker"

// Service is something a template can be resolved for: a running container, or the engine.
type Service struct {
	ID            string
	ADIdentifiers []string
	// OwnChecks are the checks that the container's labels configure: no file's template of the same check applies.
	OwnChecks []string
	Container engine.Container
	Tags      []string
	// MetricsExcluded tells that checks are resolved for it, and not run.
	MetricsExcluded bool
}

// checkIDLabel replaces the image's names as identifiers of a container.
const checkIDLabel = "com.datadoghq.ad.check.id"

func entity(container engine.Container) string { return "docker://" + container.ID }

// ServiceOf describes a running container.
func ServiceOf(container engine.Container, tags tagger.Tagger) Service {
	name, _ := tagger.SplitImage(container.Image)
	service := Service{ID: entity(container), ADIdentifiers: []string{entity(container)}, Container: container}
	if custom := container.Labels[checkIDLabel]; custom != "" {
		service.ADIdentifiers = append(service.ADIdentifiers, custom)
	} else {
		service.ADIdentifiers = append(service.ADIdentifiers, name)
		if short := tagger.ShortImage(name); short != name {
			service.ADIdentifiers = append(service.ADIdentifiers, short)
		}
	}
	service.OwnChecks = checkNames(container.Labels)
	service.Tags = tags.Low(tagger.Container{
		ID: container.ID, Name: container.Name, Image: container.Image, ImageID: container.ImageID,
		Labels: container.Labels, Env: container.Env,
	})
	return service
}

// accepts tells whether a template may be resolved for the service.
func (s Service) accepts(template integration.Config) bool {
	return template.Provider != "file" || !slices.Contains(s.OwnChecks, template.Name)
}

// Resolve makes the config that runs for a service out of a template. The error says which variable has no value.
func Resolve(template integration.Config, service Service, environment variables.Environment) (integration.Config, error) {
	resolved := template
	resolved.ADIdentifiers = nil
	resolved.ServiceID = service.ID
	resolved.MetricsExcluded = service.MetricsExcluded
	resolved.Instances = nil
	look := service.look(environment)
	for _, instance := range template.Instances {
		filled, err := variables.Substitute(instance, look)
		if err != nil {
			return resolved, err
		}
		if !template.IgnoreAutodiscoveryTags {
			if filled, err = filled.WithTags(service.Tags); err != nil {
				return resolved, err
			}
		}
		resolved.Instances = append(resolved.Instances, filled)
	}
	var err error
	resolved.InitConfig, err = variables.Substitute(template.InitConfig, look)
	return resolved, err
}

func (s Service) look(environment variables.Environment) variables.Look {
	return func(name, argument string) (string, error) {
		switch name {
		case "host":
			return host(argument, s)
		case "port":
			return port(argument, s)
		case "env":
			value, err := environment.Look(argument)
			if err != nil {
				return "", fmt.Errorf("%w, skipping service %s", err, s.ID)
			}
			return value, nil
		case "hostname":
			return s.Container.Name, nil
		case "pid":
			return strconv.Itoa(s.Container.PID), nil
		default:
			return "", fmt.Errorf("unable to add tags for service '%s', err: %w", s.ID, variables.Unknown(name, argument))
		}
	}
}

func host(network string, service Service) (string, error) {
	addresses := service.Container.Addresses
	switch {
	case len(addresses) == 0:
		return "", fmt.Errorf("no network found for container %s, ignoring it. Source error: no IP address", service.ID)
	case network != "" && addresses[network] != "":
		return addresses[network], nil
	case len(addresses) == 1:
		for _, only := range addresses {
			return only, nil
		}
	case addresses["bridge"] != "":
		return addresses["bridge"], nil
	}
	return "", fmt.Errorf("failed to resolve IP address for container %s, ignoring it. Source error: not able to determine which network is reachable", service.ID)
}

func port(argument string, service Service) (string, error) {
	ports := service.Container.Ports
	if len(ports) == 0 {
		return "", fmt.Errorf("no port found for container %s - ignoring it", service.ID)
	}
	index := len(ports) - 1
	if argument != "" {
		parsed, err := strconv.Atoi(argument)
		if err != nil {
			return "", fmt.Errorf("port %s not found, skipping container %s", argument, service.ID)
		}
		index = parsed
	}
	if index < 0 || index >= len(ports) {
		return "", fmt.Errorf("index given for the port template var is too big, skipping container %s", service.ID)
	}
	return strconv.Itoa(ports[index]), nil
}

func hasPrefixLabel(labels map[string]string) bool {
	for label := range labels {
		if strings.HasPrefix(label, labelPrefix) {
			return true
		}
	}
	return false
}
