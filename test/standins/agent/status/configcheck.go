package status

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"datadog-hosts/standins/agent/autodiscovery"
)

// secretLine matches a YAML line whose value must not be shown.
var secretLine = regexp.MustCompile(`(?m)^(\s*-?\s*(?:\w*password|\w*passwd|\w*token|api_key|app_key|community_string)\s*:).*$`)

// ConfigCheck is `agent configcheck`: what is loaded, from where, with which id. The original has a text form only; its
// shape is from pkg/flare/config_check.go of DataDog/datadog-agent.
func ConfigCheck(report autodiscovery.Report) string {
	var output strings.Builder
	print := func(format string, arguments ...any) { _, _ = fmt.Fprintf(&output, format+"\n", arguments...) }
	if len(report.ConfigErrors) > 0 {
		print("=== Configuration errors ===")
		for _, check := range slices.Sorted(maps.Keys(report.ConfigErrors)) {
			print("\n%s: %s", check, report.ConfigErrors[check])
		}
	}
	for _, config := range report.Scheduled {
		print("\n=== %s check ===", config.Name)
		print("Configuration provider: %s", config.Provider)
		print("Configuration source: %s", config.Source)
		for _, instance := range config.Instances {
			print("Config for instance ID: %s", config.CheckID(instance))
			print("%s", scrub(string(instance)))
			print("~")
		}
		if len(config.InitConfig) > 0 {
			print("Init Config:")
			print("%s", scrub(string(config.InitConfig)))
		}
		print("===")
	}
	return output.String()
}

func scrub(section string) string {
	return secretLine.ReplaceAllString(section, `$1 "********"`)
}
