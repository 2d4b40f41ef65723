package logs

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"datadog-hosts/standins/agent/engine"
	"datadog-hosts/standins/agent/integration"
	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/settings"
)

const id = "0123456789abcdef"

func TestAResolvedConfigIsAboutTheOutputOfItsContainerUnlessItSaysFileOrPort(t *testing.T) {
	config := integration.Config{ServiceID: "docker://" + id, Logs: integration.Data(`[{"source":"a"},{"type":"journald"},{"type":"file","path":"/x"},{"type":"tcp"}]`)}
	sources, err := sourcesOf(config)
	if err != nil || len(sources) != 4 {
		t.Fatalf("%+v, %v", sources, err)
	}
	for index, want := range []string{"docker", "docker", "file", "tcp"} {
		if sources[index].Type != want || sources[index].Identifier != id {
			t.Errorf("source %d: %+v, want type %s", index, sources[index], want)
		}
	}
}

func TestAConfigForNoContainerIsRefusedButMayBeEmpty(t *testing.T) {
	if _, err := sourcesOf(integration.Config{Logs: integration.Data("[]")}); err != nil {
		t.Error(err)
	}
	if _, err := sourcesOf(integration.Config{Logs: integration.Data("- type: docker")}); err == nil {
		t.Error("accepted")
	}
}

// collect runs an agent against an intake until it has taken so many lines, or for a while; it returns the lines.
func collect(t *testing.T, folder string, openFiles int, failures int, schedule func(*Agent)) []payload {
	t.Helper()
	var mutex sync.Mutex
	var taken []payload
	server := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		if failures > 0 {
			failures--
			http.Error(response, "not now", http.StatusServiceUnavailable)
			return
		}
		var lines []payload
		body, _ := io.ReadAll(request.Body)
		if json.Unmarshal(body, &lines) != nil || request.URL.Path != "/api/v2/logs" {
			t.Errorf("%s: %s", request.URL.Path, body)
		}
		taken = append(taken, lines...)
	}))
	defer server.Close()
	docker, err := engine.New("/nowhere.sock")
	if err != nil {
		t.Fatal(err)
	}
	configured := settings.Settings{Hostname: "h", Logs: settings.Logs{Address: server.URL, OpenFilesLimit: openFiles, RunPath: folder}}
	agent, err := New(configured, docker, logging.New(io.Discard, logging.Level(0)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		agent.Run(ctx)
	}()
	schedule(agent)
	deadline := time.Now().Add(5 * time.Second)
	for enough := false; !enough && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		mutex.Lock()
		enough = len(taken) > 0 || (openFiles == 0 && time.Until(deadline) < 4*time.Second)
		mutex.Unlock()
	}
	stop()
	<-done
	return taken
}

func secretFile(t *testing.T) (path string, config integration.Config) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("top\nsecret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	logs, _ := json.Marshal([]map[string]string{{"type": "file", "path": path, "service": "s", "source": "x"}})
	return path, integration.Config{ServiceID: "docker://" + id, Logs: logs}
}

func TestALabelCanAskForAFileByPath(t *testing.T) {
	_, config := secretFile(t)
	lines := collect(t, t.TempDir(), 500, 0, func(agent *Agent) { agent.Schedule(config) })
	if len(lines) != 2 || lines[1].Message != "secret" || lines[1].Service != "s" || lines[1].Hostname != "h" {
		t.Errorf("%+v", lines)
	}
}

func TestNoFileIsOpenedWhereNoneMayBe(t *testing.T) {
	_, config := secretFile(t)
	if lines := collect(t, t.TempDir(), 0, 0, func(agent *Agent) { agent.Schedule(config) }); len(lines) != 0 {
		t.Errorf("%+v", lines)
	}
}

func TestLinesAreSentAgainUntilTheyAreTakenAndThenCommitted(t *testing.T) {
	folder := t.TempDir()
	path, config := secretFile(t)
	if lines := collect(t, folder, 500, 2, func(agent *Agent) { agent.Schedule(config) }); len(lines) != 2 {
		t.Errorf("%+v", lines)
	}
	opened, err := openAuditor(folder)
	if err != nil || opened.offset("file:"+path) == "" {
		t.Errorf("the registry has %+v, %v", opened, err)
	}
}

func TestARegistryThatIsNoneIsAnError(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, registryFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openAuditor(folder); err == nil {
		t.Error("opened")
	}
}
