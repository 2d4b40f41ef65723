package forwarder

import "encoding/json"

// HostMetadata is the part of what agents of both generations tell of their host that this project's tests read: its name
// and its tags.
func HostMetadata(hostname string, tags []string) []byte {
	// Texts and lists of texts can always be encoded.
	body, _ := json.Marshal(map[string]any{
		"internalHostname": hostname, "os": "linux", "host-tags": map[string][]string{"system": append([]string{}, tags...)},
	})
	return body
}
