package secrets

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"

	"datadog-hosts/standins/agent/integration"
	"go.yaml.in/yaml/v2"
)

// Resolver replaces handles by their secrets. It fetches each secret once and remembers it, as the original does, and it
// keeps the names under which secrets stand in configs. It is safe for use by several goroutines.
type Resolver struct {
	backend Backend

	mutex  sync.Mutex
	cached map[string]string
	keys   map[string]bool
}

// NewResolver returns a resolver that has fetched nothing yet.
func NewResolver(backend Backend) *Resolver {
	return &Resolver{backend: backend, cached: map[string]string{}, keys: map[string]bool{}}
}

// Text returns a value as it is, or its secret when it is a handle.
func (r *Resolver) Text(value string) (string, error) {
	handle, isHandle := Handle(value)
	if !isHandle {
		return value, nil
	}
	if r.backend.Command == "" {
		return "", fmt.Errorf("unable to resolve ENC[%s]: DD_SECRET_BACKEND_COMMAND is not set", handle)
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if err := r.fetch([]string{handle}); err != nil {
		return "", fmt.Errorf("unable to decrypt secret from datadog.yaml: %w", err)
	}
	return r.cached[handle], nil
}

// Section replaces each handle in an instance or an init_config, at any depth and in lists too. One handle without a
// secret is an error of the whole. Without a backend all stays as it is.
func (r *Resolver) Section(section integration.Data) (integration.Data, error) {
	if r.backend.Command == "" || len(section) == 0 {
		return section, nil
	}
	parsed, err := section.Map()
	if err != nil {
		return nil, fmt.Errorf("could not Unmarshal config: %w", err)
	}
	found := map[string]bool{}
	walk(parsed, "", func(_ string, handle string) (string, bool) {
		found[handle] = true
		return "", false
	})
	if len(found) == 0 {
		return section, nil
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if err := r.fetch(slices.Sorted(maps.Keys(found))); err != nil {
		return nil, err
	}
	walk(parsed, "", func(key, handle string) (string, bool) {
		r.keys[key] = true
		return r.cached[handle], true
	})
	return yaml.Marshal(parsed)
}

// Keys are the keys that had a handle as their value, or in the list that is their value. Whatever is printed must show
// no value of such a key: the original's scrubber takes them in.
func (r *Resolver) Keys() []string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return slices.Sorted(maps.Keys(r.keys))
}

func (r *Resolver) fetch(handles []string) error {
	unknown := slices.DeleteFunc(slices.Clone(handles), func(handle string) bool {
		_, known := r.cached[handle]
		return known
	})
	if len(unknown) == 0 {
		return nil
	}
	fetched, err := r.backend.Fetch(unknown)
	if err != nil {
		return err
	}
	maps.Copy(r.cached, fetched)
	return nil
}

// walk calls replace for each handle among the values, with the nearest key above it. Keys themselves don't count.
func walk(value any, key string, replace func(key, handle string) (string, bool)) {
	each := func(inner any, name string, set func(any)) {
		text, isText := inner.(string)
		if !isText {
			walk(inner, name, replace)
			return
		}
		if handle, isHandle := Handle(text); isHandle {
			if secret, replaced := replace(name, handle); replaced {
				set(secret)
			}
		}
	}
	eachOf := func(values map[any]any) {
		for name, inner := range values {
			each(inner, nearest(name, key), func(secret any) { values[name] = secret })
		}
	}
	switch typed := value.(type) {
	case integration.RawMap:
		eachOf(typed)
	case map[any]any:
		eachOf(typed)
	case []any:
		for index, inner := range typed {
			each(inner, key, func(secret any) { typed[index] = secret })
		}
	}
}

// nearest is a key's own name, or the one above it for a number: the original takes every number for a place in a list.
func nearest(name any, above string) string {
	text := fmt.Sprint(name)
	if _, err := strconv.Atoi(text); err == nil && above != "" {
		return above
	}
	return text
}
