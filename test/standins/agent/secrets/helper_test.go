package secrets

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadSecrets(t *testing.T) {
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o400); err != nil {
			t.Fatal(err)
		}
		return path
	}
	plain := write("plain", "value\n")
	inside, outside := filepath.Join(folder, "inside"), filepath.Join(folder, "sub", "outside")
	large := write("large", strings.Repeat("x", maxSecretSize+1))
	write("sub/other", "x")
	for link, target := range map[string]string{inside: plain, outside: plain} {
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
	}
	cases := map[string]string{
		"file@" + plain:          `"value":"value\n"`,
		"file@" + inside:         `"value":"value\n"`,
		"file@" + outside:        "not following symlink",
		"file@" + large:          "exceeds max allowed size",
		"file@/nowhere":          "secret does not exist",
		"k8s_secret@a/b":         "provider not supported: k8s_secret",
		"env@HOME":               "provider not supported: env",
		plain[1:]:                `"value":"value\n"`,
		"file@/dev/zero":         "no file without an end",
		"file@/proc/self/status": "Name:",
	}
	for handle, want := range cases {
		var output strings.Builder
		if err := ReadSecrets(strings.NewReader(`{"version":"1.0","secrets":["`+handle+`"]}`), &output); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(output.String(), want) {
			t.Errorf("%s: %s, want %q in it", handle, output.String(), want)
		}
	}
}
