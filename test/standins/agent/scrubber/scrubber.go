// Package scrubber blots secrets out of what the agent prints.
//
// Rules follow pkg/util/scrubber of DataDog/datadog-agent, as far as the keys of this project's checks go.
package scrubber

import (
	"regexp"
	"slices"

	"datadog-hosts/standins/agent/integration"
	"go.yaml.in/yaml/v2"
)

const blot = "********"

var secretKey = regexp.MustCompile(`pass(word)?|pwd|token$|jwt$|_secret(_id)?$|access_key$|private_key$|ap[ip][-_]?key|^community(_string)?s?$`)

var (
	// These match what looks like an API key or an application key as a value; its last four characters stay.
	apiKeyLike = regexp.MustCompile(`([-:,\[{])(\s+)?\b[a-fA-F0-9]{28}([a-fA-F0-9]{4})\b`)
	appKeyLike = regexp.MustCompile(`([-:,\[{])(\s+)?\b[a-fA-F0-9]{36}([a-fA-F0-9]{4})\b`)
	// urlPassword matches the password in an address.
	urlPassword = regexp.MustCompile(`(?i)([a-z][a-z0-9+-.]+://)([^:\s]+):([^\s|"]+)@`)
)

// YAML returns an instance or an init_config without its secrets: without the values of keys that usually hold one, and
// without the values of further keys. Such a key's value goes as a whole, a list too.
func YAML(section integration.Data, further []string) string {
	text := string(section)
	if parsed, err := section.Map(); err == nil && len(parsed) > 0 {
		scrub(parsed, further)
		if encoded, err := yaml.Marshal(parsed); err == nil {
			text = string(encoded)
		}
	}
	text = apiKeyLike.ReplaceAllString(text, `$1$2"****************************$3"`)
	text = appKeyLike.ReplaceAllString(text, `$1$2"************************************$3"`)
	return urlPassword.ReplaceAllString(text, `$1$2:********@`)
}

func scrub(value any, further []string) {
	scrubMap := func(values map[any]any) {
		for key, inner := range values {
			name, isText := key.(string)
			if isText && (secretKey.MatchString(name) || slices.Contains(further, name)) {
				values[key] = blot
				continue
			}
			scrub(inner, further)
		}
	}
	switch typed := value.(type) {
	case integration.RawMap:
		scrubMap(typed)
	case map[any]any:
		scrubMap(typed)
	case []any:
		for _, inner := range typed {
			scrub(inner, further)
		}
	}
}
