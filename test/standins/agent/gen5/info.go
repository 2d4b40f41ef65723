package gen5

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"datadog-hosts/standins/agent/forwarder"
)

// Version is what the agent calls itself; the suffix keeps it from being taken for the original.
const Version = "5.32.8-standin"

// InfoState is all that `info` is made from.
type InfoState struct {
	Now       time.Time
	PID       int
	Hostname  string
	Folder    string
	Collector Report
	// ForwarderRunning is false while the supervisor restarts its processes.
	ForwarderRunning bool
	Forwarder        forwarder.Stats
	KeyNote          string
}

// Info is `/etc/init.d/datadog-agent info`: one part for each process, as checks/check_status.py of DataDog/dd-agent
// renders them. The status is 0 when all is well; else that of the collector's part.
func Info(state InfoState) (string, int) {
	if !state.Collector.Running {
		return notRunning("Collector") + notRunning("Forwarder"), 255
	}
	var output strings.Builder
	status := collectorPart(&output, state)
	forwarderPart(&output, state)
	return output.String(), status
}

func title(name string) string {
	line := fmt.Sprintf("%s (v %s)", name, Version)
	frame := strings.Repeat("=", len(line))
	return frame + "\n" + line + "\n" + frame + "\n\n"
}

func notRunning(name string) string {
	return title(name) + "  " + name + " is not running.\n  You can get more details in the logs:\n    <stdout>\n\n"
}

func header(output *strings.Builder, name string, state InfoState) {
	age := int(state.Now.Sub(state.Collector.Created).Seconds())
	output.WriteString(title(name))
	_, _ = fmt.Fprintf(output, "  Status date: %s (%ds ago)\n  Pid: %d\n  Logs: <stdout>\n\n",
		state.Collector.Created.UTC().Format("2006-01-02 15:04:05"), age, state.PID)
}

func collectorPart(output *strings.Builder, state InfoState) int {
	header(output, "Collector", state)
	_, _ = fmt.Fprintf(output, "  Paths\n  =====\n  \n    conf.d: %s\n    checks.d: Not found\n  \n", state.Folder)
	_, _ = fmt.Fprintf(output, "  Hostnames\n  =========\n  \n    agent-hostname: %s\n    hostname: %s\n  \n", state.Hostname, state.Hostname)
	output.WriteString("  Checks\n  ======\n  \n")
	if len(state.Collector.Statuses) == 0 {
		output.WriteString("    No checks have run yet.\n")
	}
	status := 0
	for _, check := range state.Collector.Statuses {
		if checkPart(output, check) {
			status = 1
		}
	}
	output.WriteString("\n  Emitters\n  ========\n  \n    - http_emitter [OK]\n\n")
	return status
}

// checkPart writes one check and tells whether it has an error.
func checkPart(output *strings.Builder, check CheckStatus) bool {
	line := fmt.Sprintf("%s (%s)", check.Name, check.Version)
	_, _ = fmt.Fprintf(output, "    %s\n    %s\n", line, strings.Repeat("-", len(line)))
	if check.InitError != "" {
		_, _ = fmt.Fprintf(output, "      - initialize check class [ERROR]: %s\n", quote(check.InitError))
		return true
	}
	failed := false
	for _, instance := range check.Instances {
		_, _ = fmt.Fprintf(output, "      - instance #%d [%s]", instance.Number, instance.Status)
		if instance.Status == Error {
			failed = true
			_, _ = fmt.Fprintf(output, ": %s", quote(instance.Error))
		}
		output.WriteString("\n")
		if instance.Status == Warning {
			for _, warning := range instance.Warnings {
				_, _ = fmt.Fprintf(output, "          Warning: %s\n", strings.ReplaceAll(warning, "\n", "\n          "))
			}
		}
	}
	_, _ = fmt.Fprintf(output, "      - Collected %d metric%s, 0 events & %d service check%s\n    \n",
		check.Metrics, plural(check.Metrics), check.ServiceChecks, plural(check.ServiceChecks))
	return failed
}

func plural(count int64) string {
	if count == 1 {
		return ""
	}
	return "s"
}

// quote writes a text as the original's language does: in single quotes, or in double ones when it has single ones.
func quote(text string) string {
	escaped := strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`).Replace(text)
	if strings.Contains(escaped, "'") && !strings.Contains(escaped, `"`) {
		return `"` + escaped + `"`
	}
	return "'" + strings.ReplaceAll(escaped, "'", `\'`) + "'"
}

func forwarderPart(output *strings.Builder, state InfoState) {
	if !state.ForwarderRunning {
		output.WriteString(notRunning("Forwarder"))
		return
	}
	header(output, "Forwarder", state)
	stats := state.Forwarder
	_, _ = fmt.Fprintf(output, "  Queue Size: 0 bytes\n  Queue Length: %d\n  Flush Count: %d\n", stats.RetryQueueSize, stats.Success)
	_, _ = fmt.Fprintf(output, "  Transactions received: %d\n  Transactions flushed: %d\n  Transactions rejected: %d\n",
		stats.Success+stats.RetryQueueSize+stats.Dropped, stats.Success, stats.Dropped)
	_, _ = fmt.Fprintf(output, "  API Key Status: %s\n\n", state.KeyNote)
}

// keyNote puts what the intake thinks of the key into the words of this generation.
func keyNote(notes map[string]string) string {
	for _, key := range slices.Sorted(maps.Keys(notes)) {
		switch notes[key] {
		case "API Key valid":
			return "API Key is valid"
		case "API Key invalid":
			return "[ERROR] API Key is invalid"
		}
	}
	return "[ERROR] Unable to validate API Key. Please try again later"
}
