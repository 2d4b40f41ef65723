package engine

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	dockerapi "github.com/fsouza/go-dockerclient"
)

// LogLine is one line of a container's output.
type LogLine struct {
	At      time.Time
	IsError bool
	Text    string
}

// Container describes one container, running or not.
func (e *Engine) Container(ctx context.Context, id string) (Container, error) {
	return e.details(ctx, id)
}

// Logs calls take for each line of a container's output from a time on, until ctx ends or the container stops.
func (e *Engine) Logs(ctx context.Context, id string, since time.Time, take func(LogLine)) error {
	inspected, err := e.client.InspectContainerWithOptions(dockerapi.InspectContainerOptions{ID: id, Context: ctx})
	if err != nil {
		return err
	}
	query := url.Values{"follow": {"1"}, "stdout": {"1"}, "stderr": {"1"}, "timestamps": {"1"}}
	if !since.IsZero() {
		query.Set("since", fmt.Sprintf("%d.%09d", since.Unix(), since.Nanosecond()))
	}
	address := "http://engine/containers/" + id + "/logs?" + query.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	response, err := e.following.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the engine answered %s", response.Status)
	}
	if inspected.Config != nil && inspected.Config.Tty {
		return eachLine(response.Body, false, take)
	}
	return demultiplex(response.Body, take)
}

// demultiplex reads frames: a header of eight bytes, of which the first is the stream and the last four are the length.
func demultiplex(stream io.Reader, take func(LogLine)) error {
	header := make([]byte, 8)
	for {
		if _, err := io.ReadFull(stream, header); err != nil {
			return err
		}
		frame := io.LimitReader(stream, int64(binary.BigEndian.Uint32(header[4:])))
		if err := eachLine(frame, header[0] == 2, take); err != nil {
			return err
		}
	}
}

func eachLine(stream io.Reader, isError bool, take func(LogLine)) error {
	lines := bufio.NewReader(stream)
	for {
		line, err := lines.ReadString('\n')
		if stamp, text, found := strings.Cut(strings.TrimRight(line, "\r\n"), " "); found {
			if at, parsing := time.Parse(time.RFC3339Nano, stamp); parsing == nil {
				take(LogLine{At: at, IsError: isError, Text: text})
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// followingClient has no time limit: its answers go on as long as a container runs.
func followingClient(dial func(context.Context, string, string) (net.Conn, error)) *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: dial}}
}
