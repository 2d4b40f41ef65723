package live

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestProcessesHaveTheirCommandLinesAndContainers(t *testing.T) {
	proc := t.TempDir()
	container := strings.Repeat("a", 64)
	for file, content := range map[string]string{
		"7/cmdline": "server\x00--password\x00x\x00", "7/comm": "server\n", "7/cgroup": "0::/docker/" + container + "\n",
		"2/cmdline": "", "2/comm": "kthreadd\n", "2/cgroup": "0::/\n", "self/cmdline": "no number\x00",
	} {
		path := filepath.Join(proc, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for strip, arguments := range map[bool][]string{true: {"server"}, false: {"server", "--password", "x"}} {
		found, err := processesIn(proc, strip)
		if want := []process{{7, "server", arguments, container}}; err != nil || !reflect.DeepEqual(found, want) {
			t.Errorf("%+v, %v, want %+v", found, err, want)
		}
	}
}
