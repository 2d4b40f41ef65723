package status

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"datadog-hosts/standins/agent/autodiscovery"
	"datadog-hosts/standins/agent/scrubber"
)

// ConfigCheck is `agent configcheck`: what is loaded, from where, with which id. The original has a text form only; its
// shape is from pkg/flare/config_check.go of DataDog/datadog-agent. Values of the keys that had a secret resolved somewhere
// are blotted out everywhere: one such tag, and no tags are shown.
func ConfigCheck(report autodiscovery.Report, secretKeys []string) string {
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
			print("%s", scrubber.YAML(instance, secretKeys))
			print("~")
		}
		if len(config.InitConfig) > 0 {
			print("Init Config:")
			print("%s", scrubber.YAML(config.InitConfig, secretKeys))
		}
		if config.MetricsExcluded {
			print("This configuration matched a metrics container-exclusion rule, so it will not be run by the Agent")
		}
		print("===")
	}
	return output.String()
}
