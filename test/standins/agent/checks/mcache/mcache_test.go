package mcache

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"testing"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/checks/recording"
	"datadog-hosts/standins/agent/integration"
)

// serve answers one line of each connection to 127.0.0.1 with a text.
func serve(t *testing.T, answer string) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return answerOn(t, listener, answer)
}

func answerOn(t *testing.T, listener net.Listener, answer string) int {
	t.Helper()
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = bufio.NewReader(connection).ReadString('\n')
			_, _ = fmt.Fprint(connection, answer)
			_ = connection.Close()
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port
}

func run(t *testing.T, port int) (*recording.Sender, error) {
	t.Helper()
	return runAt(t, "127.0.0.1", port)
}

func runAt(t *testing.T, url string, port int) (*recording.Sender, error) {
	t.Helper()
	made, err := Integration.Make(checks.Environment{}, nil, integration.RawMap{"url": url, "port": port, "tags": []any{"project:a"}})
	if err != nil {
		t.Fatal(err)
	}
	sender := &recording.Sender{}
	return sender, made.Run(context.Background(), sender)
}

func TestMetrics(t *testing.T) {
	port := serve(t, "STAT curr_items 4\r\nSTAT bytes 40\r\nSTAT limit_maxbytes 400\r\nSTAT version 1.6\r\nSTAT cmd_get 10\r\nSTAT get_hits 5\r\nEND\r\n")
	sender, err := run(t, port)
	if err != nil {
		t.Fatal(err)
	}
	tags := fmt.Sprintf("[project:a url:127.0.0.1:%d]", port)
	for _, line := range []string{
		"gauge memcache.curr_items 4 " + tags, "rate memcache.cmd_get_rate 10 " + tags, "gauge memcache.get_hit_percent 50 " + tags,
		"gauge memcache.fill_percent 10 " + tags, "gauge memcache.avg_item_size 10 " + tags,
		fmt.Sprintf("check memcache.can_connect 0 [host:127.0.0.1 port:%d project:a]", port),
	} {
		if !sender.Has(line) {
			t.Errorf("no %q in %q", line, sender.Lines)
		}
	}
}

func TestAServerThatIsNoneIsAnError(t *testing.T) {
	for name, port := range map[string]int{"nobody": 1, "another protocol": serve(t, "HTTP/1.1 400 Bad Request\r\n"), "no end": serve(t, "STAT bytes 1\r\n")} {
		sender, err := run(t, port)
		if err == nil || !strings.HasPrefix(err.Error(), "Unable to retrieve stats from memcache instance: 127.0.0.1:") {
			t.Errorf("%s: error %v", name, err)
		}
		if !sender.Has(fmt.Sprintf("check memcache.can_connect 2 [host:127.0.0.1 port:%d project:a]", port)) {
			t.Errorf("%s: sent %q", name, sender.Lines)
		}
	}
}

func TestAnIPv6AddressNeedsBrackets(t *testing.T) {
	listener, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skip("this machine has no IPv6")
	}
	port := answerOn(t, listener, "STAT bytes 1\r\nEND\r\n")
	for url, works := range map[string]bool{"[::1]": true, "inet6:[::1]": true, "::1": false} {
		if _, err := runAt(t, url, port); (err == nil) != works {
			t.Errorf("%s: %v", url, err)
		}
	}
}
