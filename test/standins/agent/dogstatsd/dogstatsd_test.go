package dogstatsd

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/settings"
)

type got struct {
	metric, kind string
	value        float64
	tags         string
}

type sink chan got

func (s sink) Application(metric, kind string, value float64, tags []string) {
	s <- got{metric, kind, value, strings.Join(tags, ",")}
}

// start runs a server and returns what it hands on.
func start(t *testing.T, configured settings.DogStatsD, proc string) sink {
	t.Helper()
	taken := make(sink, 10)
	configured.Enabled = true
	server := Server{
		Settings: configured, Sink: taken, Log: logging.New(io.Discard, logging.Level(0)), Proc: proc,
		TagsOf: func(id string) []string { return []string{"container:" + id[:3]} },
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Run(ctx)
	}()
	t.Cleanup(func() {
		stop()
		<-done
	})
	return taken
}

// send writes to an address until the server listens there.
func send(t *testing.T, network, address, text string) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		connection, err := net.Dial(network, address)
		if err != nil {
			continue
		}
		_, err = connection.Write([]byte(text))
		if _, closed := connection.Write(nil); err == nil && closed == nil {
			return
		}
	}
	t.Fatalf("nobody listens at %s", address)
}

func (s sink) next(t *testing.T) got {
	t.Helper()
	select {
	case one := <-s:
		return one
	case <-time.After(5 * time.Second):
		t.Fatal("nothing came")
		return got{}
	}
}

const other = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

// processIn is a folder like /proc in which this process runs in a container.
func processIn(t *testing.T, container string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), strconv.Itoa(os.Getpid()))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "cgroup"), []byte("0::/system.slice/docker-"+container+".scope\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return filepath.Dir(folder)
}

func TestTheKernelSaysWhoSendsAtTheSocket(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "dsd.socket")
	own := strings.Repeat("a", 64)
	taken := start(t, settings.DogStatsD{Socket: socket, OriginDetection: true, OriginDetectionClient: true}, processIn(t, own))
	send(t, "unixgram", socket, "cart.items:3|c|@0.5|#a:b|c:"+other)
	if one := taken.next(t); one != (got{"cart.items", "count", 6, "a:b,container:aaa"}) {
		t.Errorf("%+v", one)
	}
	information, err := os.Stat(socket)
	if err != nil || information.Mode().Perm() != socketRights {
		t.Errorf("%v, %v", information, err)
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	connection, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	return connection.LocalAddr().(*net.UDPAddr).Port
}

func TestOverUDPASenderSaysItItselfAndIsBelievedIfThatIsOn(t *testing.T) {
	for _, believed := range []bool{true, false} {
		port := freePort(t)
		taken := start(t, settings.DogStatsD{Port: port, OriginDetectionClient: believed}, "")
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		for sent := false; !sent; {
			send(t, "udp", address, "x:1|g|c:ci-"+other+"\nbroken\n")
			select {
			case one := <-taken:
				sent = true
				want := got{"x", "gauge", 1, map[bool]string{true: "container:bbb", false: ""}[believed]}
				if one != want {
					t.Errorf("%+v, want %+v", one, want)
				}
			case <-time.After(100 * time.Millisecond):
			}
		}
	}
}

func TestWhatIsNoSample(t *testing.T) {
	for _, line := range []string{"", "x", "x:1", ":1|c", "x:y|c", "x:1|c|@0", "x:1|h", "_e{1,1}:a|b"} {
		if read, err := parse(line); err == nil {
			t.Errorf("%q: %+v", line, read)
		}
	}
	read, err := parse("x:1.5|g|#a:b,c")
	if err != nil || !reflect.DeepEqual(read, sample{name: "x", value: 1.5, kind: "g", rate: 1, tags: []string{"a:b", "c"}}) {
		t.Errorf("%+v, %v", read, err)
	}
}
