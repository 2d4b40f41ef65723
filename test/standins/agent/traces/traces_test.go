package traces

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/settings"
	"github.com/vmihailenco/msgpack/v5"
)

func TestATraceAtTheSocketGoesOnWithTheTagsOfItsSender(t *testing.T) {
	taken := make(chan []byte, 1)
	intake := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		reader, err := gzip.NewReader(request.Body)
		if err != nil || request.URL.Path != "/api/v0.2/traces" {
			t.Errorf("%s: %v", request.URL.Path, err)
			return
		}
		body, _ := io.ReadAll(reader)
		taken <- body
	}))
	defer intake.Close()
	proc := t.TempDir()
	folder := filepath.Join(proc, strconv.Itoa(os.Getpid()))
	container := strings.Repeat("a", 64)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "cgroup"), []byte("0::/docker/"+container+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(t.TempDir(), "apm.socket")
	receiver := Receiver{
		Hostname: "h", Settings: settings.APM{Enabled: true, Socket: socket, Address: intake.URL}, Proc: proc,
		TagsOf: func(id string) []string { return []string{"container_id:" + id, "project:shop"} },
		Log:    logging.New(io.Discard, logging.Level(0)),
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go receiver.Run(ctx)
	body, err := msgpack.Marshal([][]map[string]any{{{"service": "cart", "name": "pay", "trace_id": 7, "meta": map[string]string{"a": "b"}}}})
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return net.Dial("unix", socket)
	}}}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		response, err := client.Post("http://agent/v0.4/traces", "application/msgpack", bytes.NewReader(body))
		if err == nil {
			_ = response.Body.Close()
			if response.StatusCode != http.StatusOK {
				t.Errorf("status %d", response.StatusCode)
			}
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	payload := string(<-taken)
	for _, part := range []string{"cart", "pay", container, "container_id:" + container + ",project:shop", containerTags} {
		if !strings.Contains(payload, part) {
			t.Errorf("%q is not in %q", part, payload)
		}
	}
}
