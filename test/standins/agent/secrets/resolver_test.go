package secrets

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"datadog-hosts/standins/agent/integration"
)

func resolver(t *testing.T, answer string) *Resolver {
	t.Helper()
	return NewResolver(Backend{Command: helper(t, answer), Timeout: 10 * time.Second})
}

const both = `{"file@/one": {"value": "first"}, "file@/two": {"value": "second"}}`

func TestHandle(t *testing.T) {
	for value, want := range map[string]string{
		"ENC[file@/key]": "file@/key", " \tENC[file@/key]\t ": "file@/key", "ENC[]": "", "ENC[a]b]": "a]b",
		"xENC[a]": "none", "ENC[a]x": "none", "ENC[a": "none", "\nENC[a]": "none", "enc[a]": "none",
	} {
		if handle, is := Handle(value); is != (want != "none") || (is && handle != want) {
			t.Errorf("%q: %q, %t", value, handle, is)
		}
	}
}

func TestAHandleIsResolvedWhereverAValueStands(t *testing.T) {
	section := integration.Data("password: ' ENC[file@/one]\t'\ntags: [a, 'ENC[file@/two]']\ndeep: {list: [{x: 'ENC[file@/one]'}]}\nENC[file@/one]: key\npart: a ENC[file@/one]\n")
	secrets := resolver(t, both)
	resolved, err := secrets.Section(section)
	if err != nil {
		t.Fatal(err)
	}
	want := "ENC[file@/one]: key\ndeep:\n  list:\n  - x: first\npart: a ENC[file@/one]\npassword: first\ntags:\n- a\n- second\n"
	if string(resolved) != want {
		t.Errorf("resolved\n%s\nwant\n%s", resolved, want)
	}
	if keys := secrets.Keys(); !slices.Equal(keys, []string{"password", "tags", "x"}) {
		t.Errorf("keys %q", keys)
	}
}

func TestOneHandleWithoutASecretIsAnErrorOfTheSection(t *testing.T) {
	resolved, err := resolver(t, both).Section(integration.Data("a: ENC[file@/one]\nb: ENC[file@/three]\n"))
	if err == nil || resolved != nil {
		t.Errorf("%s, %v", resolved, err)
	}
}

func TestWithoutABackendAllStaysAsItIs(t *testing.T) {
	section := integration.Data("a: ENC[file@/one]\n")
	if resolved, err := NewResolver(Backend{}).Section(section); err != nil || string(resolved) != string(section) {
		t.Errorf("%s, %v", resolved, err)
	}
}

func TestASecretIsFetchedOnce(t *testing.T) {
	runs := filepath.Join(t.TempDir(), "runs")
	command := program(t, "cat > /dev/null\necho run >> "+runs+"\necho '"+both+"'")
	secrets := NewResolver(Backend{Command: command, Timeout: 10 * time.Second})
	for range 2 {
		if _, err := secrets.Section(integration.Data("a: ENC[file@/one]\nb: ENC[file@/two]\n")); err != nil {
			t.Fatal(err)
		}
	}
	if content, err := os.ReadFile(runs); err != nil || strings.Count(string(content), "run") != 1 {
		t.Errorf("runs %q, %v", content, err)
	}
}
