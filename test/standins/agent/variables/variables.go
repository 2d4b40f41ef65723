// Package variables substitutes template variables such as %%env_NAME%% and %%host%% in configs.
//
// Rules follow comp/core/autodiscovery/configresolver of DataDog/datadog-agent.
package variables

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"datadog-hosts/standins/agent/integration"
	"go.yaml.in/yaml/v2"
)

// Look gives the value of a variable: of %%port_0%% the name is port and the argument 0. Its error keeps the whole
// section as it was.
type Look func(name, argument string) (string, error)

// mark stands for %% while a section is parsed. The original takes the same sign, so that one in the text is as good
// as %%.
const mark = "‰"

var pattern = regexp.MustCompile(mark + `(.+?)(?:_(.+?))?` + mark)

// ErrNoService tells that a variable needs a container, and that the config comes from a file.
var ErrNoService = errors.New("no service")

// Substitute replaces the variables in all values of an instance or an init_config, at any depth; keys stay. At an
// error it returns the section as it was, with the error.
func Substitute(section integration.Data, look Look) (integration.Data, error) {
	if len(section) == 0 {
		return section, nil
	}
	parsed := integration.RawMap{}
	if err := yaml.Unmarshal([]byte(strings.ReplaceAll(string(section), "%%", mark)), &parsed); err != nil {
		return section, err
	}
	substituted, err := substitute(parsed, look)
	if err != nil {
		return section, err
	}
	encoded, err := yaml.Marshal(substituted)
	if err != nil {
		return section, err
	}
	return encoded, nil
}

func substitute(value any, look Look) (any, error) {
	switch typed := value.(type) {
	case integration.RawMap:
		return substituteMap(typed, look)
	case map[any]any:
		return substituteMap(typed, look)
	case []any:
		for index, item := range typed {
			substituted, err := substitute(item, look)
			if err != nil {
				return nil, err
			}
			typed[index] = substituted
		}
		return typed, nil
	case string:
		return substituteText(typed, look)
	default:
		return value, nil
	}
}

func substituteMap(values map[any]any, look Look) (any, error) {
	for key, value := range values {
		substituted, err := substitute(value, look)
		if err != nil {
			return nil, err
		}
		values[key] = substituted
	}
	return values, nil
}

func substituteText(text string, look Look) (any, error) {
	var failure error
	substituted := pattern.ReplaceAllStringFunc(text, func(found string) string {
		parts := pattern.FindStringSubmatch(found)
		value, err := look(parts[1], parts[2])
		if err != nil && failure == nil {
			failure = err
		}
		return value
	})
	if failure != nil {
		return nil, failure
	}
	if whole := pattern.FindStringIndex(text); whole != nil && whole[0] == 0 && whole[1] == len(text) {
		// A value that was one variable becomes a number or a boolean where it reads like one.
		if number, err := strconv.ParseInt(substituted, 0, 64); err == nil {
			return number, nil
		}
		if boolean, err := strconv.ParseBool(substituted); err == nil {
			return boolean, nil
		}
	}
	return strings.ReplaceAll(substituted, mark, "%%"), nil
}

// Unknown is the error for a variable that there is not.
func Unknown(name, argument string) error {
	if argument != "" {
		name += "_" + argument
	}
	return fmt.Errorf("invalid %%%%%s%%%% tag", name)
}
