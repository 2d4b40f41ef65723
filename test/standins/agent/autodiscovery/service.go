// Package autodiscovery decides which configs run: those of files at once, templates for each container they match.
//
// Rules follow comp/core/autodiscovery of DataDog/datadog-agent.
package autodiscovery

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"datadog-hosts/standins/agent/engine"
	"datadog-hosts/standins/agent/integration"
	"datadog-hosts/standins/agent/tagger"
	"go.yaml.in/yaml/v2"
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

var variable = regexp.MustCompile(`%%([a-z]+)(?:_([^%]+))?%%`)

// Resolve makes the config that runs for a service out of a template. The error says which variable has no value.
func Resolve(template integration.Config, service Service) (integration.Config, error) {
	resolved := template
	resolved.ADIdentifiers = nil
	resolved.ServiceID = service.ID
	resolved.Instances = nil
	for _, instance := range template.Instances {
		filled, err := fill(instance, service)
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
	if len(template.InitConfig) > 0 {
		resolved.InitConfig, err = fill(template.InitConfig, service)
	}
	return resolved, err
}

func fill(section integration.Data, service Service) (integration.Data, error) {
	parsed, err := section.Map()
	if err != nil {
		return nil, err
	}
	filled, err := fillValue(parsed, service)
	if err != nil {
		return nil, err
	}
	return yaml.Marshal(filled)
}

func fillValue(value any, service Service) (any, error) {
	switch typed := value.(type) {
	case integration.RawMap:
		return fillMap(typed, service)
	case map[any]any:
		return fillMap(typed, service)
	case []any:
		list := make([]any, 0, len(typed))
		for _, item := range typed {
			filled, err := fillValue(item, service)
			if err != nil {
				return nil, err
			}
			list = append(list, filled)
		}
		return list, nil
	case string:
		return fillText(typed, service)
	default:
		return value, nil
	}
}

func fillMap(values map[any]any, service Service) (any, error) {
	filled := make(map[any]any, len(values))
	for key, value := range values {
		inner, err := fillValue(value, service)
		if err != nil {
			return nil, err
		}
		filled[key] = inner
	}
	return filled, nil
}

func fillText(text string, service Service) (any, error) {
	var failure error
	filled := variable.ReplaceAllStringFunc(text, func(found string) string {
		parts := variable.FindStringSubmatch(found)
		value, err := lookUp(parts[1], parts[2], service)
		if err != nil {
			failure = err
		}
		return value
	})
	if failure != nil {
		return nil, failure
	}
	if filled != text {
		// As the original does: what became a number is one.
		if number, err := strconv.Atoi(filled); err == nil {
			return number, nil
		}
	}
	return filled, nil
}

func lookUp(name, argument string, service Service) (string, error) {
	switch name {
	case "host":
		return host(argument, service)
	case "port":
		return port(argument, service)
	case "env":
		if value, found := os.LookupEnv(argument); found {
			return value, nil
		}
		return "", fmt.Errorf("failed to retrieve envvar %s, skipping service %s", argument, service.ID)
	case "hostname":
		return service.Container.Name, nil
	case "pid":
		return strconv.Itoa(service.Container.PID), nil
	}
	return "", fmt.Errorf("invalid %%%%%s%%%% tag", name)
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
