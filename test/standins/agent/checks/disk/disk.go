// Package disk runs the check of the same name of generation 5: the space of mounted file systems.
//
// Options, metrics and tags follow the disk check of DataDog/integrations-core; of its options only use_mount is known.
package disk

import (
	"bufio"
	"context"
	"errors"
	"os"
	"strings"
	"syscall"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/integration"
)

// Integration describes the check to the agent.
var Integration = checks.Integration{
	Loader:          "python",
	Version:         "1.4.0",
	Make:            newCheck,
	InstanceOptions: []string{"use_mount"},
}

// mounts lists what is mounted in the agent's own container.
const mounts = "/proc/mounts"

// kibibyte is the unit of the check's sizes.
const kibibyte = 1024

type check struct {
	useMount bool
	tags     []string
}

func newCheck(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	if _, present := instance["use_mount"]; !present {
		return nil, errors.New("Each instance in disk.yaml must have a \"use_mount\" option.") //nolint:staticcheck // the original's text
	}
	reader := environment.Options(instance)
	made := &check{useMount: reader.Boolean("use_mount", false), tags: reader.Texts("tags")}
	return made, reader.Err()
}

// Run reads the mount table and asks each file system that has a size.
func (c *check) Run(_ context.Context, sender checks.Sender) error {
	table, err := os.Open(mounts)
	if err != nil {
		return err
	}
	defer func() { _ = table.Close() }()
	seen := map[string]bool{}
	lines := bufio.NewScanner(table)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 2 {
			continue
		}
		device, mount := fields[0], fields[1]
		name := device
		if c.useMount {
			name = mount
		}
		var system syscall.Statfs_t
		if seen[name] || syscall.Statfs(mount, &system) != nil || system.Blocks == 0 {
			continue
		}
		seen[name] = true
		c.send(sender, system, append([]string{"device:" + name}, c.tags...))
	}
	return lines.Err()
}

func (c *check) send(sender checks.Sender, system syscall.Statfs_t, tags []string) {
	size := float64(system.Bsize) / kibibyte
	total, free := float64(system.Blocks)*size, float64(system.Bavail)*size
	used := float64(system.Blocks-system.Bfree) * size
	sender.Gauge("system.disk.total", total, tags)
	sender.Gauge("system.disk.used", used, tags)
	sender.Gauge("system.disk.free", free, tags)
	sender.Gauge("system.disk.in_use", used/(used+free), tags)
	if system.Files > 0 {
		sender.Gauge("system.fs.inodes.total", float64(system.Files), tags)
		sender.Gauge("system.fs.inodes.free", float64(system.Ffree), tags)
		sender.Gauge("system.fs.inodes.used", float64(system.Files-system.Ffree), tags)
	}
}
