package gen5

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/compression"
	"datadog-hosts/standins/agent/forwarder"
	"datadog-hosts/standins/agent/integration"
	"datadog-hosts/standins/agent/settings"
)

const key = "0123456789abcdef0123456789abcdef"

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	path := t.TempDir()
	for name, content := range files {
		target := filepath.Join(path, name)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func TestFilesOfTheFolder(t *testing.T) {
	good := "init_config:\ninstances:\n  - host: a\n"
	files, failures := ReadFolder(folder(t, map[string]string{
		"redisdb.yaml": good, "disk.yaml.default": good, "nginx.yaml": good, "nginx.yaml.default": good,
		"none.yaml": "init_config:\ninstances: []\n", "deep.d/conf.yaml": good, "other.txt": good, "old.yml": good,
		"empty.yaml": "", "comment.yaml": "# x\n", "noinit.yaml": "instances: []\n", "noinstances.yaml": "init_config:\n",
		"null.yaml": "init_config:\ninstances:\n", "texts.yaml": "init_config:\ninstances: [a]\n", "broken.yaml": "a: [\n",
	}))
	var names []string
	for _, file := range files {
		names = append(names, file.Name)
	}
	slices.Sort(names)
	if want := []string{"disk", "nginx", "none", "redisdb"}; !slices.Equal(names, want) {
		t.Errorf("read %q, want %q", names, want)
	}
	want := map[string]string{
		"empty": "argument of type 'NoneType' is not iterable", "comment": "argument of type 'NoneType' is not iterable",
		"noinit": "No 'init_config' section found", "noinstances": "No 'instances' section found",
		"null": errNoInstances.Error(), "texts": errNoInstances.Error(), "broken": "yaml: ",
	}
	for name, text := range want {
		if failures[name] == nil || !strings.Contains(failures[name].Error(), text) {
			t.Errorf("%s: %v, want %q", name, failures[name], text)
		}
	}
	if len(failures) != len(want) {
		t.Errorf("failures: %v", failures)
	}
}

func TestSettings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(strings.Repeat("f", 32)+"\n"), 0o400); err != nil {
		t.Fatal(err)
	}
	read, err := FromEnvironment([]string{
		"API_KEY=" + strings.Repeat("a", 32), "DD_API_KEY=" + strings.Repeat("b", 32), "DD_API_KEY_FILE=" + file, "DD_HOSTNAME=h",
		"DD_TAGS=x", "TAGS=project:a, environment:b", "SERVICE=datadog", "DD_COLLECT_LABELS_AS_TAGS=one, two",
		"PROXY_HOST=proxy", "PROXY_USER=u", "PROXY_PASSWORD=p", "NO_PROXY=10.0.0.1,.internal",
	})
	if err != nil {
		t.Fatal(err)
	}
	if read.APIKey != strings.Repeat("f", 32) {
		t.Errorf("the file does not come first: %s", read.APIKey)
	}
	if !slices.Equal(read.Tags, []string{"project:a", "environment:b"}) || !slices.Equal(read.LabelsAsTags, []string{"one", "two"}) {
		t.Errorf("tags %q, labels %q", read.Tags, read.LabelsAsTags)
	}
	if read.Proxy.HTTPS != "http://u:p@proxy:3128" || read.IntakeURL != "https://app.datadoghq.com" {
		t.Errorf("proxy %q, intake %q", read.Proxy.HTTPS, read.IntakeURL)
	}
	if want := []string{"10.0.0.1", ".internal", "127.0.0.1", "localhost", "169.254.169.254"}; !slices.Equal(read.Proxy.NoProxy, want) {
		t.Errorf("no proxy for %q, want %q", read.Proxy.NoProxy, want)
	}
}

func TestAnIntakeThatNoProxyNamesIsReachedDirectly(t *testing.T) {
	for intake, want := range map[string]string{"https://intake.internal:8080": "", "https://app.datadoghq.com": "http://proxy:3128"} {
		read := Settings{IntakeURL: intake, Proxy: settings.Proxy{HTTPS: "http://proxy:3128", NoProxy: []string{".internal"}}}
		if got := read.ProxyToIntake().HTTPS; got != want {
			t.Errorf("%s: proxy %q, want %q", intake, got, want)
		}
	}
}

func TestSettingsThatKeepTheCollectorFromWorking(t *testing.T) {
	cases := map[string][]string{
		"You must set API_KEY":         {},
		"API key is invalid. Aborting": {"API_KEY=short"},
		"Unable to read the content":   {"DD_API_KEY_FILE=/nowhere"},
	}
	for want, environment := range cases {
		read, err := FromEnvironment(append(environment, "DD_HOSTNAME=h"))
		if err != nil || !strings.Contains(read.Problem, want) {
			t.Errorf("problem %q, error %v, want %q", read.Problem, err, want)
		}
	}
}

func TestVariablesThatAreNotDoneAreRefused(t *testing.T) {
	for _, variable := range []string{"DD_FOO", "SD_BACKEND", "DD_CONF_SOMETHING"} {
		_, err := FromEnvironment([]string{"API_KEY=" + key, "DD_HOSTNAME=h", variable + "=x"})
		if err == nil || !strings.Contains(err.Error(), variable) {
			t.Errorf("%s: %v", variable, err)
		}
	}
}

type scripted struct{ run func(checks.Sender) error }

func (s scripted) Run(_ context.Context, sender checks.Sender) error { return s.run(sender) }

// collect runs one collection over a folder and returns what it leaves in the report.
func collect(t *testing.T, files map[string]string) []CheckStatus {
	t.Helper()
	made := func(run func(checks.Sender) error) checks.Integration {
		return checks.Integration{Version: "1.0", InstanceOptions: []string{"host"}, Make: func(checks.Environment, integration.RawMap, integration.RawMap) (checks.Check, error) {
			return scripted{run}, nil
		}}
	}
	ctx, stop := context.WithCancel(context.Background())
	var statuses []CheckStatus
	var collector *Collector
	collector = &Collector{
		Catalog: map[string]checks.Integration{
			"good": made(func(sender checks.Sender) error { sender.Gauge("m", 1, nil); return nil }),
			"warn": made(func(sender checks.Sender) error { sender.Warn("careful"); return nil }),
			"bad":  made(func(checks.Sender) error { return errors.New("it's broken") }),
		},
		Environment: checks.Environment{Lenient: true},
		Settings:    Settings{Hostname: "h", CheckInterval: time.Second}, Folder: folder(t, files),
		Forwarder: forwarder.New("http://127.0.0.1:1", key, compression.Zlib, settings.Proxy{}, nil), Now: time.Now,
		Wait: func(context.Context, time.Duration) {
			statuses = collector.Report().Statuses
			stop()
		},
	}
	collector.Run(ctx)
	if collector.Report().Running {
		t.Error("the collector says that it runs after its end")
	}
	return statuses
}

func TestACollection(t *testing.T) {
	one := "init_config:\ninstances:\n  - host: a\n"
	statuses := collect(t, map[string]string{
		"good.yaml": one + "  - host: b\n", "warn.yaml": one, "bad.yaml": one, "unknown.yaml": one, "empty.yaml": "",
		"good2.yaml.default": one,
	})
	text, status := Info(InfoState{Now: time.Now(), Collector: Report{Running: true, Created: time.Now(), Statuses: statuses}})
	if status != 1 {
		t.Errorf("status %d", status)
	}
	for _, want := range []string{
		"    good (1.0)\n    ----------\n      - instance #0 [OK]\n      - instance #1 [OK]\n      - Collected 2 metrics, 0 events & 0 service checks\n",
		"      - instance #0 [WARNING]\n          Warning: careful\n",
		"      - instance #0 [ERROR]: \"it's broken\"\n",
		"    empty (unknown)\n    ---------------\n      - initialize check class [ERROR]: \"argument of type 'NoneType' is not iterable\"\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "unknown (1") || strings.Contains(text, "    unknown\n") {
		t.Errorf("a check that does not exist shows:\n%s", text)
	}
}

func TestAnUnknownOptionIsAnErrorThatNamesIt(t *testing.T) {
	statuses := collect(t, map[string]string{"good.yaml": "init_config:\ninstances:\n  - bogus: 1\n"})
	if len(statuses) != 1 || !strings.Contains(statuses[0].Instances[0].Error, "bogus") {
		t.Errorf("%+v", statuses)
	}
}

func TestInfoBeforeTheFirstCollectionAndWithoutProcesses(t *testing.T) {
	text, status := Info(InfoState{Now: time.Now(), Collector: Report{Running: true, Created: time.Now()}})
	if status != 0 || !strings.Contains(text, "No checks have run yet.") {
		t.Errorf("status %d\n%s", status, text)
	}
	text, status = Info(InfoState{})
	if status != 255 || !strings.Contains(text, "Collector is not running.") {
		t.Errorf("status %d\n%s", status, text)
	}
}

func TestQuotesAreThoseOfTheOriginal(t *testing.T) {
	for text, want := range map[string]string{"plain": "'plain'", "it's": `"it's"`, `it's "x"`: `'it\'s "x"'`, "a\nb": `'a\nb'`} {
		if got := quote(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestAHangupReadsTheFilesAgainAfterAGap(t *testing.T) {
	path := folder(t, map[string]string{"redisdb.yaml": "init_config:\ninstances: []\n"})
	supervisor := NewSupervisor(Settings{APIKey: key, Hostname: "h", IntakeURL: "http://127.0.0.1:1", CheckInterval: time.Minute}, path, nil)
	gaps := make(chan string, 10)
	supervisor.wait = func(ctx context.Context, length time.Duration) {
		if length == restartPause {
			text, _ := supervisor.Info(1)
			gaps <- text
			return
		}
		pause(ctx, length)
	}
	ctx, stop := context.WithCancel(context.Background())
	hangups := make(chan struct{}, 1)
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		supervisor.Run(ctx, hangups)
	}()
	waitFor(t, supervisor, "redisdb (")
	if err := os.WriteFile(filepath.Join(path, "nginx.yaml"), []byte("init_config:\ninstances: []\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	hangups <- struct{}{}
	if text := <-gaps; !strings.Contains(text, "Collector is not running.") {
		t.Errorf("in the gap:\n%s", text)
	}
	waitFor(t, supervisor, "nginx (")
	stop()
	<-finished
}

func waitFor(t *testing.T, supervisor *Supervisor, text string) {
	t.Helper()
	info := ""
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if info, _ = supervisor.Info(1); strings.Contains(info, text) {
			return
		}
	}
	t.Fatalf("no %q in\n%s", text, info)
}

func TestStatesOfTheProcesses(t *testing.T) {
	now := time.Unix(1000, 0)
	supervisor := NewSupervisor(Settings{Problem: "no key"}, "/nowhere", nil)
	supervisor.now = func() time.Time { return now }
	if got := supervisor.State(); got != "STOPPED" {
		t.Errorf("before the start: %s", got)
	}
	supervisor.set(nil, nil)
	if got := supervisor.State(); got != "BACKOFF" {
		t.Errorf("without a key: %s", got)
	}
	now = now.Add(failedForGood)
	if got := supervisor.State(); got != "FATAL" {
		t.Errorf("without a key, later: %s", got)
	}
	supervisor.set(&Collector{}, nil)
	if got := supervisor.State(); got != "STARTING" {
		t.Errorf("at the start: %s", got)
	}
	now = now.Add(startSeconds)
	if got := supervisor.Processes(1); !strings.Contains(got, "datadog-agent:collector          RUNNING   pid 1, uptime 0:00:05\n") {
		t.Errorf("later:\n%s", got)
	}
}
