package scrubber

import (
	"testing"

	"datadog-hosts/standins/agent/integration"
)

func TestSecretsAreBlottedOut(t *testing.T) {
	for section, want := range map[string]string{
		"password: a\nhost: b\n":                         "host: b\npassword: '********'\n",
		"deep:\n- db_password: 'a: \"b\"'\n  x: z\n":     "deep:\n- db_password: '********'\n  x: z\n",
		"tags:\n- a\n- b\n":                              "tags: '********'\n",
		"url: http://u:p@h/x\n":                          "url: http://u:********@h/x\n",
		"host: 0123456789abcdef0123456789abcdef\n":       "host: \"****************************cdef\"\n",
		"host: 0123456789abcdef0123456789abcdef01234567": "host: \"************************************4567\"\n",
		"": "",
	} {
		if got := YAML(integration.Data(section), []string{"tags"}); got != want {
			t.Errorf("%q: %q, want %q", section, got, want)
		}
	}
	if got := YAML(integration.Data("tags:\n- a\n"), nil); got != "tags:\n- a\n" {
		t.Errorf("tags without a secret: %q", got)
	}
}
