package secrets

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// helper is a secret program that answers with a text.
func helper(t *testing.T, answer string) string {
	t.Helper()
	return program(t, "cat > /dev/null\nprintf %s '"+answer+"'")
}

func program(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "helper")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSecretsThatFail(t *testing.T) {
	cases := map[string]struct{ answer, want string }{
		"an error":  {`{"file@/key": {"error": "secret does not exist"}}`, "an error occurred while resolving 'file@/key': secret does not exist"},
		"no answer": {`{}`, "was not resolved"},
		"empty":     {`{"file@/key": {"value": ""}}`, "is empty"},
		"no JSON":   {`oops`, "could not unmarshal"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			backend := Backend{Command: helper(t, test.answer), Timeout: 10 * time.Second}
			if _, err := backend.Fetch([]string{"file@/key"}); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestASecretProgramThatOthersMayRunIsRefused(t *testing.T) {
	path := helper(t, `{}`)
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
	backend := Backend{Command: path, Timeout: time.Second}
	if _, err := backend.Fetch([]string{"file@/key"}); err == nil || !strings.Contains(err.Error(), "rights for others") {
		t.Errorf("error %v", err)
	}
}
