package gen5

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"datadog-hosts/standins/agent/integration"
	"go.yaml.in/yaml/v2"
)

// File is the configuration of one check; generation 5 has one file for each.
type File struct {
	Name       string
	InitConfig integration.RawMap
	Instances  []integration.RawMap
}

// errNoInstances is the original's text for `instances` that is no list of mappings.
var errNoInstances = errors.New("You need to have at least one instance defined in the YAML file for this check") //nolint:staticcheck // the original's text

const (
	yamlSuffix    = ".yaml"
	defaultSuffix = ".yaml.default"
)

// ReadFolder reads <check>.yaml, and <check>.yaml.default where there is no <check>.yaml. Folders are not looked into.
// Failures are by the check's name.
func ReadFolder(folder string) ([]File, map[string]error) {
	failures := map[string]error{}
	var files []File
	for _, path := range paths(folder) {
		name := checkName(path)
		file, err := ReadFile(path)
		if err != nil {
			failures[name] = err
			continue
		}
		file.Name = name
		files = append(files, file)
	}
	return files, failures
}

func paths(folder string) []string {
	own, _ := filepath.Glob(filepath.Join(folder, "*"+yamlSuffix))
	defaults, _ := filepath.Glob(filepath.Join(folder, "*"+defaultSuffix))
	names := map[string]bool{}
	for _, path := range own {
		names[checkName(path)] = true
	}
	for _, path := range defaults {
		if !names[checkName(path)] {
			own = append(own, path)
		}
	}
	slices.Sort(own)
	return own
}

func checkName(path string) string {
	return strings.TrimSuffix(strings.TrimSuffix(filepath.Base(path), ".default"), yamlSuffix)
}

// ReadFile reads one file. Both sections must be there; an empty list of instances is one.
func ReadFile(path string) (File, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return File{}, err
	}
	var parsed any
	if err := yaml.Unmarshal(content, &parsed); err != nil {
		return File{}, err
	}
	if parsed == nil {
		// An empty file, or one of comments.
		return File{}, errors.New("argument of type 'NoneType' is not iterable")
	}
	sections, isMap := parsed.(map[any]any)
	if !isMap {
		return File{}, errors.New("No 'init_config' section found") //nolint:staticcheck // the original's text
	}
	for _, section := range []string{"init_config", "instances"} {
		if _, present := sections[section]; !present {
			return File{}, fmt.Errorf("No '%s' section found", section) //nolint:staticcheck // the original's text
		}
	}
	list, isList := sections["instances"].([]any)
	if !isList {
		return File{}, errNoInstances
	}
	file := File{InitConfig: integration.RawMap{}}
	for _, item := range list {
		instance, isInstance := item.(map[any]any)
		if !isInstance {
			return File{}, errNoInstances
		}
		file.Instances = append(file.Instances, instance)
	}
	if initConfig, isMap := sections["init_config"].(map[any]any); isMap {
		file.InitConfig = initConfig
	}
	return file, nil
}
