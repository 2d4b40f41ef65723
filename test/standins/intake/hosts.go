package main

import (
	"encoding/json"
	"slices"
)

// hosts are the tags of each host, by its name. Agents send them with the metadata of their host, and the vendor's site
// puts them on all that arrives from it.
type hosts map[string][]string

// learn takes the tags out of a host's metadata; what is none changes nothing.
func (h hosts) learn(body []byte) {
	var metadata struct {
		Host string              `json:"internalHostname"`
		Tags map[string][]string `json:"host-tags"`
	}
	if json.Unmarshal(body, &metadata) != nil || metadata.Host == "" || metadata.Tags == nil {
		return
	}
	h[metadata.Host] = metadata.Tags["system"]
}

// addTo returns tags together with those of a host, each once.
func (h hosts) addTo(tags []string, host string) []string {
	all := slices.Clone(tags)
	for _, tag := range h[host] {
		if !slices.Contains(all, tag) {
			all = append(all, tag)
		}
	}
	return all
}
