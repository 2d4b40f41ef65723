package confd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"datadog-hosts/standins/agent/integration"
	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/variables"
)

const oneInstance = "init_config:\ninstances:\n  - host: a\n"

// read lays files down under a folder and reads it.
func read(t *testing.T, files map[string]string, ignored ...string) ([]integration.Config, map[string]string, string) {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var log strings.Builder
	reader := Reader{Folder: folder, IgnoredAutoConf: ignored, Log: logging.New(&log, logging.Debug)}
	configs, failures := reader.Read()
	return configs, failures, log.String()
}

func sources(configs []integration.Config) []string {
	var names []string
	for _, config := range configs {
		names = append(names, config.Name+" "+filepath.Base(config.Source))
	}
	return names
}

func TestWhichFilesCount(t *testing.T) {
	cases := map[string]struct {
		files   map[string]string
		ignored []string
		want    []string
	}{
		"folder and file of one check both count": {
			files: map[string]string{"redisdb.d/conf.yaml": oneInstance, "redisdb.yaml": oneInstance},
			want:  []string{"redisdb conf.yaml", "redisdb redisdb.yaml"},
		},
		"any name in the folder, yml too": {
			files: map[string]string{"redisdb.d/mine.yml": oneInstance, "redisdb.d/other.yaml": oneInstance},
			want:  []string{"redisdb mine.yml", "redisdb other.yaml"},
		},
		"other names and deeper folders don't": {
			files: map[string]string{
				"redisdb/conf.yaml": oneInstance, "redisdb.d/conf.txt": oneInstance, "redisdb.d/conf.yaml.example": oneInstance,
				"redisdb.d/deeper/conf.yaml": oneInstance,
			},
		},
		"a default counts alone": {
			files: map[string]string{"docker.d/conf.yaml.default": oneInstance},
			want:  []string{"docker conf.yaml.default"},
		},
		"a default gives way to the user's file": {
			files: map[string]string{"docker.d/conf.yaml.default": oneInstance, "docker.d/conf.yaml": oneInstance},
			want:  []string{"docker conf.yaml"},
		},
		"auto_conf counts beside the user's file": {
			files: map[string]string{"redisdb.d/auto_conf.yaml": "ad_identifiers: [redis]\n" + oneInstance, "redisdb.d/conf.yaml": oneInstance},
			want:  []string{"redisdb auto_conf.yaml", "redisdb conf.yaml"},
		},
		"an ignored auto_conf doesn't": {
			files:   map[string]string{"redisdb.d/auto_conf.yaml": "ad_identifiers: [redis]\n" + oneInstance, "nginx.d/auto_conf.yaml": "ad_identifiers: [nginx]\n" + oneInstance},
			ignored: []string{"redisdb"},
			want:    []string{"nginx auto_conf.yaml"},
		},
		"a metrics file of a check counts, and puts no default aside": {
			files: map[string]string{"redisdb.d/metrics.yaml": oneInstance, "redisdb.d/conf.yaml.default": oneInstance},
			want:  []string{"redisdb metrics.yaml", "redisdb conf.yaml.default"},
		},
		"a metrics file of no check doesn't": {files: map[string]string{"metrics.yaml": oneInstance}},
		"an auto_conf without identifiers is a file like any other": {
			files: map[string]string{"redisdb.d/auto_conf.yaml": oneInstance},
			want:  []string{"redisdb auto_conf.yaml"},
		},
		"but is ignored like the image's own": {
			files:   map[string]string{"redisdb.d/auto_conf.yaml": oneInstance, "redisdb.d/conf.yaml": oneInstance},
			ignored: []string{"redisdb"},
			want:    []string{"redisdb conf.yaml"},
		},
		"an empty file is skipped": {files: map[string]string{"redisdb.d/conf.yaml": ""}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			configs, failures, _ := read(t, test.files, test.ignored...)
			if got := sources(configs); strings.Join(got, ",") != strings.Join(test.want, ",") {
				t.Errorf("read %q, want %q", got, test.want)
			}
			if len(failures) > 0 {
				t.Errorf("unexpected failures: %v", failures)
			}
		})
	}
}

func TestFilesThatAreNone(t *testing.T) {
	cases := map[string]struct{ content, want string }{
		"an empty list of instances": {"init_config:\ninstances: []\n", noInstances},
		"no instances at all":        {"init_config:\n", noInstances},
		"only blanks":                {"\n\n", noInstances},
		"only a comment":             {"# nothing\n", noInstances},
		"no YAML":                    {"instances: [\n", "yaml: "},
		"a text for instances":       {"instances: none\n", "cannot unmarshal"},
		"a key that is not done":     {"cluster_check: true\n" + oneInstance, "cluster_check"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			configs, failures, log := read(t, map[string]string{"redisdb.d/conf.yaml": test.content})
			if len(configs) > 0 {
				t.Errorf("read %v", configs)
			}
			if !strings.Contains(failures["redisdb"], test.want) {
				t.Errorf("failure %q, want %q in it", failures["redisdb"], test.want)
			}
			if !strings.Contains(log, "| WARN |") {
				t.Errorf("no warning in the log: %s", log)
			}
		})
	}
}

func TestLogsOnlyIsValidAndRunsNothing(t *testing.T) {
	configs, failures, _ := read(t, map[string]string{"redisdb.d/conf.yaml": "logs: []\n", "redisdb.d/conf.yaml.default": oneInstance})
	if len(failures) > 0 {
		t.Fatalf("failures: %v", failures)
	}
	if len(configs) != 2 {
		t.Fatalf("a file of logs must not put the default aside: %v", sources(configs))
	}
	if len(configs[0].Instances) != 0 || !configs[0].LogsConfig {
		t.Errorf("unexpected config: %+v", configs[0])
	}
}

func TestDuplicateKeysAreAWarningAndTheLastCounts(t *testing.T) {
	configs, failures, log := read(t, map[string]string{"redisdb.yaml": "instances:\n  - host: a\n    host: b\n"})
	if len(configs) != 1 || len(failures) > 0 {
		t.Fatalf("configs %v, failures %v", configs, failures)
	}
	if got := string(configs[0].Instances[0]); got != "host: b\n" {
		t.Errorf("instance %q", got)
	}
	if !strings.Contains(log, "already set in map") {
		t.Errorf("no warning in the log: %s", log)
	}
}

func TestALaterValidFileClearsTheError(t *testing.T) {
	_, failures, _ := read(t, map[string]string{"redisdb.d/a.yaml": "instances: []\n", "redisdb.d/b.yaml": oneInstance})
	if len(failures) > 0 {
		t.Errorf("failures: %v", failures)
	}
}

func TestCopyCustomCopiesYamlWithItsFoldersAndFollowsLinks(t *testing.T) {
	from, into, elsewhere := t.TempDir(), t.TempDir(), t.TempDir()
	write := func(path string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(filepath.Base(path)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(from, "a.yaml"))
	write(filepath.Join(from, "x.d", "b.yaml"))
	write(filepath.Join(from, "c.txt"))
	write(filepath.Join(elsewhere, "real.yaml"))
	if err := os.Symlink(filepath.Join(elsewhere, "real.yaml"), filepath.Join(from, "linked.yaml")); err != nil {
		t.Fatal(err)
	}
	CopyCustom(from, into, ".yaml", nil)
	for name, want := range map[string]string{"a.yaml": "a.yaml", "x.d/b.yaml": "b.yaml", "linked.yaml": "real.yaml"} {
		if content, err := os.ReadFile(filepath.Join(into, name)); err != nil || string(content) != want {
			t.Errorf("%s: %q, %v", name, content, err)
		}
	}
	if _, err := os.Stat(filepath.Join(into, "c.txt")); err == nil {
		t.Error("c.txt was copied")
	}
}

func TestVariablesOfTheAgentAreSubstituted(t *testing.T) {
	folder := t.TempDir()
	content := "init_config: {service: '%%env_KEY%%'}\ninstances:\n  - host: '%%env_KEY%%'\n  - host: '%%host%%'\n  - host: '%%env_KEY%%'\n"
	if err := os.WriteFile(filepath.Join(folder, "redisdb.yaml"), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	known := variables.Environment{Values: map[string]string{"KEY": "secret"}}
	configs, failures := Reader{Folder: folder, Variables: known, Log: logging.New(&log, logging.Debug)}.Read()
	if len(configs) != 1 || len(failures) > 0 {
		t.Fatalf("configs %v, failures %v", configs, failures)
	}
	got := string(configs[0].InitConfig)
	for _, instance := range configs[0].Instances {
		got += string(instance)
	}
	if want := "service: secret\nhost: secret\nhost: '%%host%%'\nhost: '%%env_KEY%%'\n"; got != want {
		t.Errorf("read %q, want %q", got, want)
	}
	if strings.Contains(log.String(), "Failed to substitute") {
		t.Errorf("a line in the log: %s", log.String())
	}
}
