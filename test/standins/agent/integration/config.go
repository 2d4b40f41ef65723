// Package integration holds what a configuration of a check is, wherever it came from.
//
// Shapes and names follow comp/core/autodiscovery/integration and pkg/collector/check/id of DataDog/datadog-agent.
package integration

import (
	"fmt"
	"hash/fnv"
	"sort"
	"strconv"

	"go.yaml.in/yaml/v2"
)

// RawMap is a YAML mapping as the YAML parser gives it.
type RawMap map[any]any

// Data is one instance or one init_config: YAML, or JSON, which YAML includes.
type Data []byte

// Config is the configuration of one check from one source: a file, or a container's labels.
type Config struct {
	// Name of the check, such as redisdb.
	Name string
	// InitConfig is the init_config section; empty when it was absent or null.
	InitConfig Data
	// Instances are what is run: each becomes a check of its own.
	Instances []Data
	// MetricConfig tells whether jmx_metrics was there; the checks that would read it don't run here.
	MetricConfig bool
	// LogsConfig tells whether the key `logs` was there, an empty list included.
	LogsConfig bool
	// Logs is that list.
	Logs Data
	// ADIdentifiers make the config a template: it runs once for each service with one of these identifiers.
	ADIdentifiers []string
	// IgnoreAutodiscoveryTags keeps a container's own tags off the checks made from this template.
	IgnoreAutodiscoveryTags bool
	// Provider that issued the config: file, container, or docker for services found by a listener.
	Provider string
	// Source as shown in the status, such as file:/etc/datadog-agent/conf.d/redisdb.d/conf.yaml.
	Source string
	// MetricsExcluded tells that the checks of the config are not run: rules exclude its container.
	MetricsExcluded bool
	// ServiceID of the container that a template was resolved for; empty otherwise.
	ServiceID string
}

// IsTemplate tells whether the config waits for a service instead of being scheduled at once.
func (c Config) IsTemplate() bool { return len(c.ADIdentifiers) > 0 }

// Digest identifies the content of a config: two files with the same content have the same one, and run once.
// A different order of tags is no difference.
func (c Config) Digest() string {
	hash := fnv.New64a()
	write := func(part string) { _, _ = hash.Write([]byte(part + "\x00")) }
	write(c.Name)
	for _, instance := range c.Instances {
		write(string(withSortedTags(instance)))
	}
	write(string(c.InitConfig))
	for _, identifier := range c.ADIdentifiers {
		write(identifier)
	}
	write(c.ServiceID)
	write(strconv.FormatBool(c.IgnoreAutodiscoveryTags))
	write(strconv.FormatBool(c.LogsConfig))
	write(string(c.Logs))
	return strconv.FormatUint(hash.Sum64(), 16)
}

// CheckID identifies one instance, as in `redisdb:5a3c…`, or `redisdb:name:5a3c…` when the instance has a name.
func (c Config) CheckID(instance Data) string {
	hash := fnv.New64()
	_, _ = hash.Write([]byte(c.Digest()))
	_, _ = hash.Write(instance)
	_, _ = hash.Write(c.InitConfig)
	if name := instance.common().nameOrNamespace(); name != "" {
		return fmt.Sprintf("%s:%s:%x", c.Name, name, hash.Sum64())
	}
	return fmt.Sprintf("%s:%x", c.Name, hash.Sum64())
}

// Map parses an instance. The error is the YAML parser's, or says that it is no mapping.
func (d Data) Map() (RawMap, error) {
	parsed := RawMap{}
	if err := yaml.Unmarshal(d, &parsed); err != nil {
		return nil, err
	}
	return parsed, nil
}

// WithTags returns the instance with further tags: each tag once, in a stable order.
func (d Data) WithTags(tags []string) (Data, error) {
	if len(tags) == 0 {
		return d, nil
	}
	parsed, err := d.Map()
	if err != nil {
		return nil, err
	}
	all := map[string]bool{}
	if own, ok := parsed["tags"].([]any); ok {
		for _, tag := range own {
			all[fmt.Sprint(tag)] = true
		}
	}
	for _, tag := range tags {
		all[tag] = true
	}
	parsed["tags"] = sortedKeys(all)
	return yaml.Marshal(parsed)
}

type commonOptions struct {
	Name      string `yaml:"name"`
	Namespace string `yaml:"namespace"`
}

func (o commonOptions) nameOrNamespace() string {
	if o.Name != "" {
		return o.Name
	}
	return o.Namespace
}

func (d Data) common() commonOptions {
	options := commonOptions{}
	// An instance of another shape has no name; the check reports the shape.
	_ = yaml.Unmarshal(d, &options)
	return options
}

func withSortedTags(instance Data) Data {
	parsed, err := instance.Map()
	if err != nil {
		return instance
	}
	tags, ok := parsed["tags"].([]any)
	if !ok {
		return instance
	}
	sorted := make([]string, 0, len(tags))
	for _, tag := range tags {
		sorted = append(sorted, fmt.Sprint(tag))
	}
	sort.Strings(sorted)
	parsed["tags"] = sorted
	encoded, err := yaml.Marshal(parsed)
	if err != nil {
		return instance
	}
	return encoded
}

func sortedKeys(set map[string]bool) []string {
	keys := make([]string, 0, len(set))
	for key := range set {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// ExactDigest identifies the content of a config to the letter, the order of tags included.
func (c Config) ExactDigest() string {
	hash := fnv.New64a()
	_, _ = fmt.Fprintf(hash, "%q %q %q %q %q %t %t %t", c.Name, c.Instances, c.InitConfig, c.Logs, c.ADIdentifiers,
		c.IgnoreAutodiscoveryTags, c.LogsConfig, c.MetricConfig)
	return strconv.FormatUint(hash.Sum64(), 16)
}
