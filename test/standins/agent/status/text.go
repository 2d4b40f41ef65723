package status

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"
	"time"

	"datadog-hosts/standins/agent/collector"
)

var text = template.Must(template.New("status").Funcs(template.FuncMap{
	"dashes": func(name string) string { return strings.Repeat("-", len(name)) },
	"equals": func(name string) string { return strings.Repeat("=", len(name)) },
	"date":   formatDate,
	"state":  checkState,
	"error":  lastErrorMessage,
	"trace":  lastErrorTraceback,
}).Parse(`
{{equals .Title}}
{{.Title}}
{{equals .Title}}

  Status date: {{.Date}}
  Agent start: {{.Start}}
  Pid: {{.PID}}
  Agent flavor: agent
  Log Level: {{.LogLevel}}

  Paths
  =====
    Config File: /etc/datadog-agent/datadog.yaml
    conf.d: {{.ConfdPath}}

  Hostnames
  =========
    hostname: {{.Hostname}}
    socket-hostname: {{.Hostname}}
    host tags:
{{- range .HostTags}}
      {{.}}
{{- end}}
    hostname provider: configuration

=========
Collector
=========

  Running Checks
  ==============
{{- if not .Checks}}
    No checks have run yet
{{- end}}
{{- range $name, $instances := .Checks}}

    {{$name}}
    {{dashes $name}}
{{- range $instances}}
      Instance ID: {{.CheckID}} {{state .}}
      Configuration Source: {{.CheckConfigSource}}
      Total Runs: {{.TotalRuns}}
      Metric Samples: Last Run: {{.MetricSamples}}, Total: {{.TotalMetricSamples}}
      Events: Last Run: {{.Events}}, Total: {{.TotalEvents}}
      Service Checks: Last Run: {{.ServiceChecks}}, Total: {{.TotalServiceChecks}}
      Average Execution Time : {{.AverageExecutionTime}}ms
      Last Execution Date : {{date .UpdateTimestamp}}
      Last Successful Execution Date : {{if .LastSuccessDate}}{{date .LastSuccessDate}}{{else}}Never{{end}}
{{- if .LastError}}
      Error: {{error .LastError}}
      {{trace .LastError}}
{{- end}}
{{- range .LastWarnings}}
      Warning: {{.}}
{{- end}}
{{end}}
{{- end}}
{{- if .ConfigErrors}}
  Config Errors
  ==============
{{- range $name, $error := .ConfigErrors}}
    {{$name}}
    {{dashes $name}}
      {{$error}}
{{- end}}
{{end}}
{{- if .LoaderErrors}}
  Loading Errors
  ==============
{{- range $name, $errors := .LoaderErrors}}
    {{$name}}
    {{dashes $name}}
{{- range $loader, $error := $errors}}
      {{$loader}}:
        {{$error}}
{{end}}
{{- end}}
{{- end}}
=========
Forwarder
=========

  Transactions
  ============
    Dropped: {{.Forwarder.Dropped}}
    Requeued: {{.Forwarder.Requeued}}
    Retried: {{.Forwarder.Retried}}
    RetryQueueSize: {{.Forwarder.RetryQueueSize}}

  Transaction Successes
  =====================
    Total number: {{.Forwarder.Success}}
    Successes By Endpoint:
{{- range $endpoint, $count := .Forwarder.SuccessByEndpoint}}
      {{$endpoint}}: {{$count}}
{{- end}}

  API Keys status
  ===============
{{- range $key, $note := .APIKeys}}
    {{$key}}: {{$note}}
{{- end}}
`))

// Text is `agent status`.
func Text(state State) (string, error) {
	checks := map[string][]collector.Stats{}
	for name, instances := range state.Collector.Checks {
		for _, id := range slices.Sorted(maps.Keys(instances)) {
			checks[name] = append(checks[name], instances[id])
		}
	}
	var output strings.Builder
	err := text.Execute(&output, map[string]any{
		"Title": "Agent (v" + Version + ")", "Date": formatDate(state.Now.Unix()), "Start": formatDate(state.Started.Unix()),
		"PID": state.PID, "LogLevel": state.LogLevel, "ConfdPath": state.ConfdPath, "Hostname": state.Hostname,
		"HostTags": state.HostTags, "Checks": checks, "ConfigErrors": state.Discovery.ConfigErrors,
		"LoaderErrors": state.Collector.LoaderErrors, "Forwarder": state.Forwarder, "APIKeys": state.APIKeys,
	})
	return output.String(), err
}

func formatDate(seconds int64) string {
	moment := time.Unix(seconds, 0).UTC()
	return fmt.Sprintf("%s (%d)", moment.Format("2006-01-02 15:04:05 MST"), moment.UnixMilli())
}

func checkState(stats collector.Stats) string {
	switch {
	case stats.LastError != "":
		return "[ERROR]"
	case len(stats.LastWarnings) > 0:
		return "[WARNING]"
	default:
		return "[OK]"
	}
}

func lastErrorMessage(value string) string {
	if parsed := parseError(value); parsed != nil {
		return parsed["message"]
	}
	return value
}

func lastErrorTraceback(value string) string {
	return strings.ReplaceAll(strings.TrimRight(parseError(value)["traceback"], "\n"), "\n", "\n      ")
}

// parseError reads what a Python check leaves behind: a JSON list of one object. A core check leaves plain text.
func parseError(value string) map[string]string {
	var list []map[string]string
	if json.Unmarshal([]byte(value), &list) != nil || len(list) == 0 {
		return nil
	}
	return list[0]
}
