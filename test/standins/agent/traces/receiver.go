// Package traces takes the traces that applications send, and hands them on, as the original's trace agent does.
//
// Shapes follow pkg/trace/api and pkg/proto/datadog/trace of DataDog/datadog-agent.
package traces

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"syscall"
	"time"

	"datadog-hosts/standins/agent/forwarder"
	"datadog-hosts/standins/agent/logging"
	"datadog-hosts/standins/agent/origin"
	"datadog-hosts/standins/agent/settings"
	"github.com/vmihailenco/msgpack/v5"
)

// containerHeader is by what a tracer says its container; it counts more than the sender's process.
const containerHeader = "Datadog-Container-ID"

// maxTraces is the largest body that is read.
const maxTraces = 25 << 20

// socketRights are the original's: everybody may write.
const socketRights = 0o722

// Receiver listens as the settings say.
type Receiver struct {
	Hostname string
	APIKey   string
	Settings settings.APM
	Proxy    settings.Proxy
	// TagsOf gives the tags of a container, by its id.
	TagsOf func(id string) []string
	Log    *logging.Logger
	// Proc is where the host's processes are. Default: /proc.
	Proc string
}

type span struct {
	Service  string             `msgpack:"service"`
	Name     string             `msgpack:"name"`
	Resource string             `msgpack:"resource"`
	TraceID  uint64             `msgpack:"trace_id"`
	SpanID   uint64             `msgpack:"span_id"`
	ParentID uint64             `msgpack:"parent_id"`
	Start    int64              `msgpack:"start"`
	Duration int64              `msgpack:"duration"`
	Error    int32              `msgpack:"error"`
	Meta     map[string]string  `msgpack:"meta"`
	Metrics  map[string]float64 `msgpack:"metrics"`
	Type     string             `msgpack:"type"`
}

// peer is the key of a connection's sender in the context of its requests.
type peer struct{}

// Run listens until ctx ends. As in the original, what can't be listened at is an error in the log, and no more.
func (r *Receiver) Run(ctx context.Context) {
	if !r.Settings.Enabled {
		return
	}
	found := origin.Finder{Proc: r.Proc}
	server := &http.Server{
		Handler: r.handler(), ReadHeaderTimeout: 5 * time.Second,
		ConnContext: func(ctx context.Context, connection net.Conn) context.Context {
			return context.WithValue(ctx, peer{}, found.ContainerOf(processOf(connection)))
		},
	}
	if r.Settings.Port != 0 {
		host := "127.0.0.1"
		if r.Settings.NonLocal {
			host = ""
		}
		r.serve(server, "tcp", net.JoinHostPort(host, strconv.Itoa(r.Settings.Port)))
	}
	if r.Settings.Socket != "" {
		_ = os.Remove(r.Settings.Socket)
		r.serve(server, "unix", r.Settings.Socket)
		_ = os.Chmod(r.Settings.Socket, socketRights)
	}
	<-ctx.Done()
	_ = server.Close()
}

func (r *Receiver) serve(server *http.Server, network, address string) {
	listener, err := net.Listen(network, address)
	if err != nil {
		r.Log.Errorf("can't listen for traces: %s", err)
		return
	}
	go func() { _ = server.Serve(listener) }()
}

// processOf returns the process at the other end of a socket; 0 if it is not known.
func processOf(connection net.Conn) int32 {
	local, isUnix := connection.(*net.UnixConn)
	if !isUnix {
		return 0
	}
	raw, err := local.SyscallConn()
	if err != nil {
		return 0
	}
	pid := int32(0)
	_ = raw.Control(func(descriptor uintptr) {
		if credentials, err := syscall.GetsockoptUcred(int(descriptor), syscall.SOL_SOCKET, syscall.SO_PEERCRED); err == nil {
			pid = credentials.Pid
		}
	})
	return pid
}

func (r *Receiver) handler() http.Handler {
	mux := http.NewServeMux()
	take := func(response http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(io.LimitReader(request.Body, maxTraces))
		var traces [][]span
		if err == nil {
			err = msgpack.Unmarshal(body, &traces)
		}
		if err != nil {
			http.Error(response, "decoding error: "+err.Error(), http.StatusBadRequest)
			return
		}
		container := request.Header.Get(containerHeader)
		if container == "" {
			container, _ = request.Context().Value(peer{}).(string)
		}
		if err := r.send(container, request.Header.Get("Datadog-Meta-Lang"), traces); err != nil {
			r.Log.Errorf("traces could not be sent: %s", err)
		}
		response.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(response, `{"rate_by_service":{"service:,env:":1}}`)
	}
	mux.HandleFunc("PUT /v0.4/traces", take)
	mux.HandleFunc("POST /v0.4/traces", take)
	return mux
}

// send hands traces on at once; the original collects them for some seconds.
func (r *Receiver) send(container, language string, traces [][]span) error {
	var tags []string
	if container != "" {
		tags = r.TagsOf(container)
	}
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err := writer.Write(agentPayload(r.Hostname, container, language, tags, traces))
	if err = errors.Join(err, writer.Close()); err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodPost, r.Settings.Address+"/api/v0.2/traces", &packed)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-protobuf")
	request.Header.Set("Content-Encoding", "gzip")
	client := &http.Client{Transport: &http.Transport{Proxy: forwarder.ProxyFor(r.Proxy)}, Timeout: 10 * time.Second}
	return forwarder.Send(client, request, r.APIKey)
}
