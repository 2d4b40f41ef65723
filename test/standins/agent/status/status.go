// Package status makes what the commands of a running agent print.
//
// Field names of the JSON form follow comp/core/status, pkg/status/collector and its fixture status_info.json of
// DataDog/datadog-agent; the text form follows the templates beside them.
package status

import (
	"encoding/json"
	"runtime"
	"time"

	"datadog-hosts/standins/agent/autodiscovery"
	"datadog-hosts/standins/agent/collector"
	"datadog-hosts/standins/agent/forwarder"
)

// Version is what the agent calls itself; the suffix keeps it from being taken for the original.
const Version = "7.70.0-standin"

// State is all that the status is made from.
type State struct {
	Now       time.Time
	Started   time.Time
	PID       int
	Hostname  string
	HostTags  []string
	LogLevel  string
	ConfdPath string
	IntakeURL string
	Discovery autodiscovery.Report
	Collector collector.Report
	Forwarder forwarder.Stats
	APIKeys   map[string]string
}

// JSON is `agent status --json`.
func JSON(state State) ([]byte, error) {
	return json.Marshal(map[string]any{
		"version":          Version,
		"flavor":           "agent",
		"pid":              state.PID,
		"go_version":       runtime.Version(),
		"build_arch":       runtime.GOARCH,
		"agent_start_nano": state.Started.UnixNano(),
		"time_nano":        state.Now.UnixNano(),
		"conf_file":        "/etc/datadog-agent/datadog.yaml",
		"config": map[string]any{
			"log_level": state.LogLevel, "confd_path": state.ConfdPath, "dd_url": state.IntakeURL,
		},
		"hostTags": append([]string{}, state.HostTags...),
		"metadata": map[string]any{"meta": map[string]any{"hostname": state.Hostname, "socket-hostname": state.Hostname}},
		"hostnameStats": map[string]any{
			"errors": map[string]string{}, "provider": "configuration",
		},
		"runnerStats": map[string]any{
			"Checks": state.Collector.Checks, "Runs": runs(state.Collector), "Errors": failures(state.Collector),
			"Running": map[string]string{}, "RunningChecks": 0, "Workers": map[string]any{"Count": 4},
		},
		"autoConfigStats": map[string]any{
			"ConfigErrors": state.Discovery.ConfigErrors, "ResolveWarnings": state.Discovery.ResolveWarnings,
		},
		"checkSchedulerStats": map[string]any{
			"LoaderErrors": state.Collector.LoaderErrors, "RunErrors": state.Collector.RunErrors,
		},
		"pyLoaderStats": map[string]any{"ConfigureErrors": map[string]any{}, "Py3Warnings": map[string]any{}},
		"inventories":   map[string]any{},
		"forwarderStats": map[string]any{
			"Transactions": state.Forwarder, "APIKeyStatus": state.APIKeys, "APIKeyFailure": map[string]string{},
		},
	})
}

func runs(report collector.Report) uint64 {
	var total uint64
	for _, checks := range report.Checks {
		for _, stats := range checks {
			total += stats.TotalRuns
		}
	}
	return total
}

func failures(report collector.Report) uint64 {
	var total uint64
	for _, checks := range report.Checks {
		for _, stats := range checks {
			total += stats.TotalErrors
		}
	}
	return total
}
