package autodiscovery

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"datadog-hosts/standins/agent/engine"
	"datadog-hosts/standins/agent/integration"
)

const labelPrefix = "com.datadoghq.ad."

// containerProvider is the original's name for the provider of labels, as configcheck shows it.
const containerProvider = "kubernetes-container-allinone"

// namedCheck is one entry of the label com.datadoghq.ad.checks.
type namedCheck struct {
	Name                    string           `json:"name"`
	InitConfig              json.RawMessage  `json:"init_config"`
	Instances               []map[string]any `json:"instances"`
	Logs                    json.RawMessage  `json:"logs"`
	IgnoreAutodiscoveryTags bool             `json:"ignore_autodiscovery_tags"`
}

// FromLabels returns the templates that a container's labels hold, each for this very container. The newer label
// `checks` wins over `check_names`, `init_configs`, `instances`.
func FromLabels(container engine.Container) ([]integration.Config, error) {
	if !hasPrefixLabel(container.Labels) {
		return nil, nil
	}
	template := integration.Config{
		Provider: containerProvider, Source: "container:" + entity(container), ADIdentifiers: []string{entity(container)},
	}
	configs, err := checksFromLabels(container.Labels, template)
	if text, found := container.Labels[labelPrefix+"logs"]; found {
		var list []any
		if failure := json.Unmarshal([]byte(text), &list); failure != nil {
			return configs, errors.Join(err, fmt.Errorf("could not extract logs config: %w", failure))
		}
		config := template
		config.LogsConfig = true
		config.Logs = integration.Data(text)
		if len(configs) > 0 {
			config.Name = configs[0].Name
		}
		configs = append(configs, config)
	}
	return configs, err
}

func checksFromLabels(labels map[string]string, template integration.Config) ([]integration.Config, error) {
	if text, found := labels[labelPrefix+"checks"]; found {
		return fromChecks(text, template)
	}
	if _, found := labels[labelPrefix+"check_names"]; found {
		configs, err := fromLists(labels, template)
		if err != nil {
			return nil, fmt.Errorf("could not extract checks config: %w", err)
		}
		return configs, nil
	}
	return nil, nil
}

func fromChecks(text string, template integration.Config) ([]integration.Config, error) {
	named := map[string]namedCheck{}
	if err := json.Unmarshal([]byte(text), &named); err != nil {
		return nil, fmt.Errorf("cannot parse check configuration: %w", err)
	}
	var configs []integration.Config
	for _, key := range slices.Sorted(maps.Keys(named)) {
		check := named[key]
		config := template
		config.Name = key
		if check.Name != "" {
			config.Name = check.Name
		}
		config.InitConfig = integration.Data("{}")
		if len(check.InitConfig) > 0 {
			config.InitConfig = integration.Data(check.InitConfig)
		}
		config.LogsConfig = len(check.Logs) > 0
		config.Logs = integration.Data(check.Logs)
		config.IgnoreAutodiscoveryTags = check.IgnoreAutodiscoveryTags
		for _, instance := range check.Instances {
			encoded, err := json.Marshal(instance)
			if err != nil {
				return nil, err
			}
			config.Instances = append(config.Instances, encoded)
		}
		configs = append(configs, config)
	}
	return configs, nil
}

func fromLists(labels map[string]string, template integration.Config) ([]integration.Config, error) {
	var names []string
	if err := json.Unmarshal([]byte(labels[labelPrefix+"check_names"]), &names); err != nil {
		return nil, fmt.Errorf("in check_names: %w", err)
	}
	initConfigs, err := lists(labels, "init_configs")
	if err != nil {
		return nil, err
	}
	instances, err := lists(labels, "instances")
	if err != nil {
		return nil, err
	}
	if len(names) != len(initConfigs) || len(names) != len(instances) {
		return nil, fmt.Errorf("template entries don't all have the same length: check_names: %d, init_configs: %d, instances: %d",
			len(names), len(initConfigs), len(instances))
	}
	template.IgnoreAutodiscoveryTags, _ = strconv.ParseBool(labels[labelPrefix+"ignore_autodiscovery_tags"])
	var configs []integration.Config
	for index, name := range names {
		if len(initConfigs[index]) != 1 {
			return nil, errors.New("in init_configs: each entry must be one object")
		}
		for _, instance := range instances[index] {
			config := template
			config.Name = name
			config.InitConfig = initConfigs[index][0]
			config.Instances = []integration.Data{instance}
			configs = append(configs, config)
		}
	}
	return configs, nil
}

// lists reads a JSON list whose entries are objects, or lists of objects.
func lists(labels map[string]string, key string) ([][]integration.Data, error) {
	text, found := labels[labelPrefix+key]
	if !found {
		return nil, fmt.Errorf("missing %s key", key)
	}
	var entries []json.RawMessage
	if err := json.Unmarshal([]byte(text), &entries); err != nil {
		return nil, fmt.Errorf("in %s: failed to unmarshal JSON: %w", key, err)
	}
	parsed := make([][]integration.Data, 0, len(entries))
	for _, entry := range entries {
		var objects []map[string]any
		if err := json.Unmarshal(entry, &objects); err != nil {
			var object map[string]any
			if err := json.Unmarshal(entry, &object); err != nil {
				return nil, fmt.Errorf("in %s: found non JSON object type, value is: '%s'", key, entry)
			}
			objects = []map[string]any{object}
		}
		list := make([]integration.Data, 0, len(objects))
		for _, object := range objects {
			encoded, err := json.Marshal(object)
			if err != nil {
				return nil, err
			}
			list = append(list, encoded)
		}
		parsed = append(parsed, list)
	}
	return parsed, nil
}

// checkNames are the checks that the labels configure, valid or not.
func checkNames(labels map[string]string) []string {
	if text, found := labels[labelPrefix+"checks"]; found {
		named := map[string]namedCheck{}
		if json.Unmarshal([]byte(text), &named) != nil {
			return nil
		}
		var names []string
		for key, check := range named {
			if check.Name != "" {
				key = check.Name
			}
			names = append(names, key)
		}
		return names
	}
	var names []string
	if json.Unmarshal([]byte(labels[labelPrefix+"check_names"]), &names) != nil {
		return nil
	}
	return names
}
