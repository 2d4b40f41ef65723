package main

import (
	"os"
	"regexp"
	"strings"
)

var (
	idSources = []string{"/proc/1/cpuset", "/proc/self/cgroup", "/proc/self/mountinfo"}

	// See proc(5) for the form of a line of mountinfo.
	mountinfoLine = regexp.MustCompile(`^[0-9]+ [0-9]+ [0-9]+:[0-9]+ /`)
	shortID       = regexp.MustCompile(`^[[:alnum:]]{12}$`)
)

// ownContainerID finds the container that this process runs in, or "": first an id that begins with the host name,
// which the engine sets to the short id unless told otherwise, then any id.
func ownContainerID() string {
	var lines []string
	for _, path := range idSources {
		if text, err := os.ReadFile(path); err == nil {
			lines = append(lines, strings.Split(string(text), "\n")...)
		}
	}
	patterns := []string{`[[:alnum:]]{64}`}
	if hostname := os.Getenv("HOSTNAME"); shortID.MatchString(hostname) {
		patterns = []string{hostname + `[[:alnum:]]{52}`, `[[:alnum:]]{64}`}
	}
	for _, pattern := range patterns {
		for _, line := range lines {
			if id := findID(pattern, line); id != "" {
				return id
			}
		}
	}
	return ""
}

// findID looks for an id on one line. A mount names other ids too (layers, volumes): there only the engine's folder of
// containers, or a file that the engine mounts into each container, counts.
func findID(idPattern, line string) string {
	expressions := []string{`(` + idPattern + `)`}
	if mountinfoLine.MatchString(line) {
		expressions = []string{
			`containers/(` + idPattern + `)`,
			`/(` + idPattern + `)/(?:userdata/)?(?:hostname|hosts|resolv\.conf)`,
		}
	}
	for _, expression := range expressions {
		if match := regexp.MustCompile(expression).FindStringSubmatch(line); match != nil {
			return match[1]
		}
	}
	return ""
}
