package dogstatsd

import (
	"context"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/origin"
	"datadog-hosts/standins/agent/settings"
)

// Sink is what takes the samples; package sampling has one.
type Sink interface {
	Application(metric, kind string, value float64, tags []string)
}

// Server listens as the settings say.
type Server struct {
	Settings settings.DogStatsD
	Sink     Sink
	// TagsOf gives the tags of a container, by its id.
	TagsOf func(id string) []string
	Log    *logging.Logger
	// Proc is where the host's processes are. Default: /proc.
	Proc string
}

// maxDatagram is the largest datagram that is read.
const maxDatagram = 8192

// socketRights are the original's: everybody may write.
const socketRights = 0o722

// Run listens until ctx ends. As in the original, what can't be listened at is an error in the log, and no more.
func (s *Server) Run(ctx context.Context) {
	if !s.Settings.Enabled {
		return
	}
	var readers sync.WaitGroup
	if s.Settings.Port != 0 {
		host := "127.0.0.1"
		if s.Settings.NonLocal {
			host = ""
		}
		address := net.JoinHostPort(host, strconv.Itoa(s.Settings.Port))
		if connection, err := net.ListenPacket("udp", address); err != nil {
			s.Log.Errorf("can't listen: %s", err)
		} else {
			s.closeAfter(ctx, connection.Close)
			readers.Go(func() { s.readPort(connection) })
		}
	}
	if s.Settings.Socket != "" {
		if connection, err := s.openSocket(); err != nil {
			s.Log.Errorf("can't listen: %s", err)
		} else {
			s.closeAfter(ctx, connection.Close)
			readers.Go(func() { s.readSocket(connection) })
		}
	}
	readers.Wait()
	if s.Settings.Socket != "" {
		_ = os.Remove(s.Settings.Socket)
	}
}

func (s *Server) closeAfter(ctx context.Context, stop func() error) {
	go func() {
		<-ctx.Done()
		_ = stop()
	}()
}

// openSocket takes the place of a socket that an earlier agent has left.
func (s *Server) openSocket() (*net.UnixConn, error) {
	_ = os.Remove(s.Settings.Socket)
	connection, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: s.Settings.Socket, Net: "unixgram"})
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(s.Settings.Socket, socketRights); err != nil {
		return nil, err
	}
	if s.Settings.OriginDetection {
		raw, err := connection.SyscallConn()
		if err != nil {
			return nil, err
		}
		var failure error
		if err := raw.Control(func(descriptor uintptr) {
			failure = syscall.SetsockoptInt(int(descriptor), syscall.SOL_SOCKET, syscall.SO_PASSCRED, 1)
		}); err != nil {
			return nil, err
		}
		if failure != nil {
			return nil, failure
		}
	}
	return connection, nil
}

func (s *Server) readPort(connection net.PacketConn) {
	buffer := make([]byte, maxDatagram)
	for {
		length, _, err := connection.ReadFrom(buffer)
		if err != nil {
			return
		}
		s.take(string(buffer[:length]), "")
	}
}

func (s *Server) readSocket(connection *net.UnixConn) {
	found := origin.Finder{Proc: s.Proc}
	buffer, ancillary := make([]byte, maxDatagram), make([]byte, 256)
	for {
		length, more, _, _, err := connection.ReadMsgUnix(buffer, ancillary)
		if err != nil {
			return
		}
		container := ""
		if s.Settings.OriginDetection {
			if pid, known := senderOf(ancillary[:more]); known {
				container = found.ContainerOf(pid)
			}
		}
		s.take(string(buffer[:length]), container)
	}
}

// take hands on what a datagram says. The kernel's word on its sender counts more than the sender's own.
func (s *Server) take(datagram, sender string) {
	for _, line := range strings.Split(datagram, "\n") {
		if line == "" {
			continue
		}
		read, err := parse(line)
		if err != nil {
			s.Log.Errorf("Dogstatsd: error parsing metric message %q: %s", line, err)
			continue
		}
		container := sender
		if container == "" && s.Settings.OriginDetectionClient {
			container = read.container
		}
		tags := read.tags
		if container != "" {
			tags = append(append([]string{}, tags...), s.TagsOf(container)...)
		}
		kind, value := "gauge", read.value
		if read.kind == "c" {
			kind, value = "count", read.value/read.rate
		}
		s.Sink.Application(read.name, kind, value, tags)
	}
}
