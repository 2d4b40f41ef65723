package status

import (
	"strings"
	"testing"

	"datadog-hosts/standins/agent/autodiscovery"
	"datadog-hosts/standins/agent/integration"
)

func TestConfigCheckShowsWhereAConfigComesFromAndNoSecret(t *testing.T) {
	config := integration.Config{
		Name: "redisdb", Provider: "file", Source: "file:/etc/datadog-agent/conf.d/redisdb.d/a.yaml",
		Instances: []integration.Data{integration.Data("host: a\npassword: hidden\ntags:\n- hidden\n")},
	}
	shown := ConfigCheck(autodiscovery.Report{Scheduled: []integration.Config{config}}, []string{"tags"})
	for _, line := range []string{
		"=== redisdb check ===\n", "Configuration provider: file\n",
		"Configuration source: file:/etc/datadog-agent/conf.d/redisdb.d/a.yaml\n",
		"Config for instance ID: " + config.CheckID(config.Instances[0]) + "\n",
		"host: a\npassword: '********'\ntags: '********'\n",
	} {
		if !strings.Contains(shown, line) {
			t.Errorf("no %q in %s", line, shown)
		}
	}
	if strings.Contains(shown, "hidden") {
		t.Errorf("a secret is shown: %s", shown)
	}
}
