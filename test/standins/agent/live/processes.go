package live

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"datadog-hosts/standins/agent/origin"
)

// process is one process of the host.
type process struct {
	pid       int32
	name      string
	arguments []string
	container string
}

// processesIn lists the processes of a folder like /proc. Those of the kernel have no command line, and are left out as in
// the original; so is what ends meanwhile.
func processesIn(folder string, strip bool) ([]process, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	found := origin.Finder{Proc: folder}
	var processes []process
	for _, entry := range entries {
		number, err := strconv.ParseInt(entry.Name(), 10, 32)
		if err != nil {
			continue
		}
		line, err := os.ReadFile(filepath.Join(folder, entry.Name(), "cmdline"))
		if err != nil || len(line) == 0 {
			continue
		}
		name, _ := os.ReadFile(filepath.Join(folder, entry.Name(), "comm"))
		arguments := strings.Split(strings.TrimRight(string(line), "\x00"), "\x00")
		if strip {
			arguments = arguments[:1]
		}
		pid := int32(number)
		processes = append(processes, process{pid, strings.TrimSpace(string(name)), arguments, found.ContainerOf(pid)})
	}
	return processes, nil
}
