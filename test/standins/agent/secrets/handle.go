// Package secrets resolves handles such as ENC[file@/run/secrets/key], as comp/core/secrets of DataDog/datadog-agent
// does.
package secrets

import "strings"

// Handle returns what is between ENC[ and ]. The whole value has to be the handle, but for blanks and tabs around it.
func Handle(value string) (string, bool) {
	trimmed := strings.Trim(value, " \t")
	if strings.HasPrefix(trimmed, "ENC[") && strings.HasSuffix(trimmed, "]") {
		return trimmed[len("ENC[") : len(trimmed)-1], true
	}
	return "", false
}
