// Package confd reads the configuration files of generation 7.
//
// Rules and error texts follow comp/core/autodiscovery/providers/config_reader.go of DataDog/datadog-agent.
package confd

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"datadog-hosts/standins/agent/integration"
	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/variables"
	"go.yaml.in/yaml/v2"
)

var errEmptyFile = errors.New("empty file")

// noInstances is the original's text for a file that configures nothing.
const noInstances = "Configuration file contains no valid instances"

const defaultExtension = ".default"

// Reader reads all configuration files under one folder.
type Reader struct {
	// Folder is conf.d itself.
	Folder string
	// IgnoredAutoConf names the checks whose bundled auto_conf.yaml is left out.
	IgnoredAutoConf []string
	// Variables are what %%env_NAME%% reads.
	Variables variables.Environment
	Log       *logging.Logger
}

type file struct {
	config    integration.Config
	isDefault bool
	isMetric  bool
}

func (f file) isLogsOnly() bool {
	return f.config.LogsConfig && !f.config.MetricConfig && len(f.config.Instances) == 0 && !f.config.IsTemplate()
}

// collection is the result of one reading while it goes on.
type collection struct {
	configs  []integration.Config
	defaults []integration.Config
	// overridden are the checks whose *.default files don't count, since they have a file of the user's.
	overridden map[string]bool
	errors     map[string]string
}

// Read returns the configs of all files, and an error text for each check that had a file that is none.
// It never fails: what can't be read is left out, with a log line.
func (r Reader) Read() ([]integration.Config, map[string]string) {
	r.Log.Infof("Searching for configuration files at: %s", r.Folder)
	found := &collection{overridden: map[string]bool{}, errors: map[string]string{}}
	entries, err := os.ReadDir(r.Folder)
	if err != nil {
		r.Log.Warnf("Skipping, %s", err)
	}
	for _, entry := range entries {
		if entry.IsDir() {
			r.readFolder(entry.Name(), found)
			continue
		}
		parsed, ok := r.readFile(r.Folder, entry.Name(), "", found.errors)
		if !ok || parsed.isMetric {
			continue
		}
		found.add(parsed)
	}
	for _, config := range found.defaults {
		if found.overridden[config.Name] {
			r.Log.Debugf("Ignoring default config file '%s' because non-default config was found", config.Name)
			continue
		}
		found.configs = append(found.configs, config)
	}
	return found.configs, found.errors
}

func (c *collection) add(parsed file) {
	if parsed.isDefault {
		c.defaults = append(c.defaults, parsed.config)
		return
	}
	c.configs = append(c.configs, parsed.config)
	if !parsed.isLogsOnly() && !parsed.isMetric {
		c.overridden[parsed.config.Name] = true
	}
}

// readFolder reads <check>.d; folders of other names, and folders in it, are none of the agent's business.
func (r Reader) readFolder(name string, found *collection) {
	folder := filepath.Join(r.Folder, name)
	if filepath.Ext(name) != ".d" {
		r.Log.Debugf("Not a config folder, skipping directory: %s", folder)
		return
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		r.Log.Warnf("Skipping config directory %s: %s", folder, err)
		return
	}
	for _, entry := range entries {
		if entry.IsDir() {
			continue
		}
		if parsed, ok := r.readFile(folder, entry.Name(), strings.TrimSuffix(name, ".d"), found.errors); ok {
			found.add(parsed)
		}
	}
}

func (r Reader) readFile(folder, name, check string, failures map[string]string) (file, bool) {
	parsed := file{}
	path := filepath.Join(folder, name)
	if name == "auto_conf.yaml" && slices.Contains(r.IgnoredAutoConf, check) {
		r.Log.Infof("Skipping 'auto_conf.yaml' for integration '%s'", check)
		return parsed, false
	}
	parsed.isMetric = name == "metrics.yaml" || name == "metrics.yml"
	stem := name
	if strings.HasSuffix(name, defaultExtension) {
		parsed.isDefault = true
		stem = strings.TrimSuffix(name, defaultExtension)
	}
	extension := filepath.Ext(stem)
	if extension != ".yaml" && extension != ".yml" {
		return parsed, false
	}
	if check == "" {
		check = strings.TrimSuffix(stem, extension)
	}
	config, err := r.parse(check, path)
	if errors.Is(err, errEmptyFile) {
		r.Log.Infof("skipping empty file: %s", path)
		return parsed, false
	}
	if err != nil {
		r.Log.Warnf("%s is not a valid config file: %s", path, err)
		failures[check] = err.Error()
		return parsed, false
	}
	// The original forgets an earlier file's error once a later file of the same check is valid.
	delete(failures, check)
	parsed.config = config
	return parsed, true
}

type format struct {
	ADIdentifiers           []string             `yaml:"ad_identifiers"`
	InitConfig              any                  `yaml:"init_config"`
	MetricConfig            any                  `yaml:"jmx_metrics"`
	LogsConfig              any                  `yaml:"logs"`
	Instances               []integration.RawMap `yaml:"instances"`
	IgnoreAutodiscoveryTags bool                 `yaml:"ignore_autodiscovery_tags"`
	// The original reads these too; what they ask for is not done here, so that they are refused.
	AdvancedADIdentifiers any `yaml:"advanced_ad_identifiers"`
	CELSelector           any `yaml:"cel_selector"`
	ClusterCheck          any `yaml:"cluster_check"`
	CheckTagCardinality   any `yaml:"check_tag_cardinality"`
}

func (f format) unsupported() string {
	for key, value := range map[string]any{
		"advanced_ad_identifiers": f.AdvancedADIdentifiers, "cel_selector": f.CELSelector,
		"cluster_check": f.ClusterCheck, "check_tag_cardinality": f.CheckTagCardinality,
	} {
		if value != nil {
			return key
		}
	}
	return ""
}

func (r Reader) parse(check, path string) (integration.Config, error) {
	config := integration.Config{Name: check, Provider: "file", Source: "file:" + path}
	content, err := os.ReadFile(path)
	if err != nil {
		return config, err
	}
	if len(content) == 0 {
		return config, errEmptyFile
	}
	parsed := format{}
	// Strict first: it is what finds duplicate keys. They, and keys of no meaning, are worth a warning only.
	if strict := yaml.UnmarshalStrict(content, &parsed); strict != nil {
		parsed = format{}
		if err := yaml.Unmarshal(content, &parsed); err != nil {
			return config, err
		}
		r.Log.Warnf("reading config file %v: %v", path, strict)
	}
	if parsed.MetricConfig == nil && parsed.LogsConfig == nil && len(parsed.Instances) == 0 {
		return config, errors.New(noInstances)
	}
	if key := parsed.unsupported(); key != "" {
		return config, errors.New("this stand-in does not know the key " + key)
	}
	if parsed.InitConfig != nil {
		if config.InitConfig, err = yaml.Marshal(parsed.InitConfig); err != nil {
			return config, err
		}
	}
	for _, instance := range parsed.Instances {
		encoded, err := yaml.Marshal(instance)
		if err != nil {
			return config, err
		}
		config.Instances = append(config.Instances, encoded)
	}
	config.MetricConfig = parsed.MetricConfig != nil
	config.LogsConfig = parsed.LogsConfig != nil
	if config.LogsConfig {
		if config.Logs, err = yaml.Marshal(parsed.LogsConfig); err != nil {
			return config, err
		}
	}
	config.ADIdentifiers = parsed.ADIdentifiers
	config.IgnoreAutodiscoveryTags = parsed.IgnoreAutodiscoveryTags
	if err := r.Variables.InFile(&config); err != nil && !errors.Is(err, variables.ErrNoService) {
		r.Log.Errorf("Failed to substitute template var %s", err)
	}
	return config, nil
}
