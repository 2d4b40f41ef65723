package checks

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"datadog-hosts/standins/agent/integration"
)

// Options reads an instance's keys and keeps every type error, in the words of the integrations' models.
type Options struct {
	values  integration.RawMap
	lenient bool
	errors  []string
}

// NewOptions wraps an instance as generation 7 takes it.
func NewOptions(values integration.RawMap) *Options { return &Options{values: values} }

// Options wraps an instance as the environment's generation takes it: generation 5 has no models, so that a number does
// where a text is meant.
func (e Environment) Options(values integration.RawMap) *Options {
	return &Options{values: values, lenient: e.Lenient}
}

// Has tells whether a key is there and not null.
func (o *Options) Has(key string) bool { return o.values[key] != nil }

// Required notes an error for each key that is absent or null.
func (o *Options) Required(keys ...string) {
	for _, key := range keys {
		if value, present := o.values[key]; !present {
			o.note(key, "Field required")
		} else if value == nil {
			o.note(key, "none is not an allowed value")
		}
	}
}

func (o *Options) note(key, reason string) { o.errors = append(o.errors, key+"\n  "+reason) }

// Text reads a text. Numbers and booleans are none: the original's models refuse them, however they were meant.
func (o *Options) Text(key string) string {
	switch value := o.values[key].(type) {
	case nil:
		return ""
	case string:
		return value
	default:
		if o.lenient {
			return fmt.Sprint(value)
		}
		o.note(key, "Input should be a valid string")
		return ""
	}
}

// Integer reads a whole number, or a text that is one.
func (o *Options) Integer(key string, fallback int) int {
	switch value := o.values[key].(type) {
	case nil:
		return fallback
	case int:
		return value
	case float64:
		if value == float64(int(value)) {
			return int(value)
		}
	case string:
		if parsed, err := strconv.Atoi(strings.TrimSpace(value)); err == nil {
			return parsed
		}
	}
	o.note(key, "Input should be a valid integer, unable to parse string as an integer")
	return fallback
}

// Boolean reads a boolean, or a text that is one by the original's rules (yes, true, 1, y, on).
func (o *Options) Boolean(key string, fallback bool) bool {
	switch value := o.values[key].(type) {
	case nil:
		return fallback
	case bool:
		return value
	case int:
		if value == 0 || value == 1 {
			return value == 1
		}
	case string:
		switch strings.ToLower(value) {
		case "yes", "true", "1", "y", "t", "on":
			return true
		case "no", "false", "0", "n", "f", "off":
			return false
		}
	}
	o.note(key, "Input should be a valid boolean")
	return fallback
}

// Texts reads a list of texts.
func (o *Options) Texts(key string) []string {
	switch value := o.values[key].(type) {
	case nil:
		return nil
	case []any:
		texts := make([]string, 0, len(value))
		for index, item := range value {
			text, isText := item.(string)
			if !isText && o.lenient {
				text, isText = fmt.Sprint(item), true
			}
			if !isText {
				o.note(fmt.Sprintf("%s.%d", key, index), "Input should be a valid string")
				continue
			}
			texts = append(texts, text)
		}
		return texts
	case []string:
		return value
	default:
		o.note(key, "Input should be a valid tuple")
		return nil
	}
}

// Mapping reads a mapping of texts to texts.
func (o *Options) Mapping(key string) map[string]string {
	pairs, isMapping := o.values[key].(integration.RawMap)
	if o.values[key] != nil && !isMapping {
		o.note(key, "Input should be a valid dictionary")
	}
	texts := map[string]string{}
	for name, value := range pairs {
		text, isText := value.(string)
		if !isText {
			o.note(fmt.Sprintf("%s.%v", key, name), "Input should be a valid string")
		}
		texts[fmt.Sprint(name)] = text
	}
	return texts
}

// Err is nil, or one error that lists all that was noted.
func (o *Options) Err() error {
	if len(o.errors) == 0 {
		return nil
	}
	plural := "s"
	if len(o.errors) == 1 {
		plural = ""
	}
	return fmt.Errorf("%d validation error%s for InstanceConfig\n%s", len(o.errors), plural, strings.Join(o.errors, "\n"))
}

func refuseUnknown(section string, values integration.RawMap, known []string) error {
	var unknown []string
	for key := range values {
		if name := fmt.Sprint(key); !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	sort.Strings(unknown)
	return fmt.Errorf("%s: this stand-in does not know the option %s", section, strings.Join(unknown, ", "))
}

func intervalOf(instance integration.RawMap) (time.Duration, error) {
	switch value := instance["min_collection_interval"].(type) {
	case nil:
		return defaultInterval, nil
	case int:
		if value > 0 {
			return time.Duration(value) * time.Second, nil
		}
	case float64:
		if value > 0 {
			return time.Duration(value * float64(time.Second)), nil
		}
	}
	return 0, fmt.Errorf("min_collection_interval: %v is no number of seconds above 0", instance["min_collection_interval"])
}
