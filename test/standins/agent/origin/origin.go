// Package origin finds the containers that applications send from.
package origin

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

var containerID = regexp.MustCompile(`[0-9a-f]{64}`)

// Finder looks at the host's processes.
type Finder struct {
	// Proc is where they are. Default: /proc, which in an agent's container has the host's.
	Proc string
}

// ContainerOf returns the id of the container that a process runs in; empty if it runs in none.
func (f Finder) ContainerOf(pid int32) string {
	folder := f.Proc
	if folder == "" {
		folder = "/proc"
	}
	content, err := os.ReadFile(filepath.Join(folder, fmt.Sprint(pid), "cgroup"))
	if err != nil {
		return ""
	}
	return containerID.FindString(string(content))
}
