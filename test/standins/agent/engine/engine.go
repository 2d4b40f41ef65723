// Package engine asks the Docker engine what the agent wants to know.
package engine

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	dockerapi "github.com/fsouza/go-dockerclient"
)

// defaultSocket is where both originals look for the engine.
const defaultSocket = "/var/run/docker.sock"

// Socket is the path of the engine's socket: what DOCKER_HOST says, as Docker's own client takes it, else the usual one.
func Socket(getenv func(string) string) string {
	if path, isSocket := strings.CutPrefix(getenv("DOCKER_HOST"), "unix://"); isSocket {
		return path
	}
	return defaultSocket
}

// Container is one container, running or not. Env, addresses and ports are known for running ones only.
type Container struct {
	ID      string
	Name    string
	Image   string
	ImageID string
	Labels  map[string]string
	Env     []string
	Running bool
	// Addresses by the network's name; empty for a container on the host's network.
	Addresses map[string]string
	// Ports are the exposed TCP and UDP ports, lowest first.
	Ports       []int
	HostNetwork bool
	StartedAt   time.Time
	PID         int
	// SizeRw and SizeRootFs are in bytes, 0 unless asked for.
	SizeRw, SizeRootFs int64
}

// ErrGone says that a container does not exist any more.
var ErrGone = errors.New("the container is gone")

// Engine talks to one Docker engine through its socket. It is safe for use by several goroutines.
type Engine struct {
	client    *dockerapi.Client
	http      *http.Client
	following *http.Client

	mutex sync.Mutex
	// inspected keeps what doesn't change while a container runs, by its id.
	inspected map[string]Container
}

const requestTimeout = 20 * time.Second

// New returns a client; nothing is asked yet.
func New(socket string) (*Engine, error) {
	client, err := dockerapi.NewClient("unix://" + socket)
	if err != nil {
		return nil, err
	}
	client.SkipServerVersionCheck = true
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}
	return &Engine{
		client:    client,
		http:      &http.Client{Transport: &http.Transport{DialContext: dial}, Timeout: requestTimeout},
		following: followingClient(dial),
		inspected: map[string]Container{},
	}, nil
}

// Reachable tells whether the engine answers.
func (e *Engine) Reachable(ctx context.Context) error {
	return e.client.PingWithContext(ctx)
}

// Containers lists all containers; sizes cost the engine time.
func (e *Engine) Containers(ctx context.Context, withSizes bool) ([]Container, error) {
	listed, err := e.client.ListContainers(dockerapi.ListContainersOptions{All: true, Size: withSizes, Context: ctx})
	if err != nil {
		return nil, err
	}
	containers := make([]Container, 0, len(listed))
	alive := map[string]bool{}
	for _, entry := range listed {
		container := Container{
			ID: entry.ID, Image: entry.Image, Labels: entry.Labels, Running: entry.State == "running",
			SizeRw: entry.SizeRw, SizeRootFs: entry.SizeRootFs,
		}
		if len(entry.Names) > 0 {
			container.Name = strings.TrimPrefix(entry.Names[0], "/")
		}
		if container.Running {
			alive[entry.ID] = true
			details, err := e.details(ctx, entry.ID)
			if err != nil {
				// It went away between the two questions.
				continue
			}
			details.SizeRw, details.SizeRootFs = container.SizeRw, container.SizeRootFs
			container = details
		}
		containers = append(containers, container)
	}
	e.forgetAllBut(alive)
	return containers, nil
}

func (e *Engine) forgetAllBut(alive map[string]bool) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	for id := range e.inspected {
		if !alive[id] {
			delete(e.inspected, id)
		}
	}
}

// Forget makes the next listing ask for a container's details anew, as after a restart or a network change.
func (e *Engine) Forget(id string) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	delete(e.inspected, id)
}

func (e *Engine) details(ctx context.Context, id string) (Container, error) {
	e.mutex.Lock()
	known, found := e.inspected[id]
	e.mutex.Unlock()
	if found {
		return known, nil
	}
	inspected, err := e.client.InspectContainerWithOptions(dockerapi.InspectContainerOptions{ID: id, Context: ctx})
	if err != nil {
		return Container{}, err
	}
	container := Container{
		ID: inspected.ID, Name: strings.TrimPrefix(inspected.Name, "/"), ImageID: inspected.Image,
		Running: true, StartedAt: inspected.State.StartedAt, PID: inspected.State.Pid, Addresses: map[string]string{},
	}
	if config := inspected.Config; config != nil {
		container.Image, container.Labels, container.Env = config.Image, config.Labels, config.Env
		for port := range config.ExposedPorts {
			var number int
			if _, err := fmt.Sscanf(port.Port(), "%d", &number); err == nil {
				container.Ports = append(container.Ports, number)
			}
		}
		slices.Sort(container.Ports)
	}
	if inspected.HostConfig != nil {
		container.HostNetwork = inspected.HostConfig.NetworkMode == "host"
	}
	if inspected.NetworkSettings != nil {
		for name, network := range inspected.NetworkSettings.Networks {
			if network.IPAddress != "" {
				container.Addresses[name] = network.IPAddress
			}
		}
	}
	container.Image = e.imageName(ctx, container)
	e.mutex.Lock()
	e.inspected[id] = container
	e.mutex.Unlock()
	return container, nil
}

// imageName finds a name for the image of a container that was made from an image's id; the id itself where it has none.
func (e *Engine) imageName(ctx context.Context, container Container) string {
	if !strings.HasPrefix(container.Image, "sha256:") {
		return container.Image
	}
	images, err := e.Images(ctx, false)
	if err != nil {
		return container.Image
	}
	for _, image := range images {
		if image.ID != container.ImageID {
			continue
		}
		for _, name := range slices.Concat(image.RepoTags, image.RepoDigests) {
			if !strings.HasPrefix(name, "<none>") {
				return name
			}
		}
	}
	return container.Image
}

// Images lists images; all includes the intermediate ones.
func (e *Engine) Images(ctx context.Context, all bool) ([]dockerapi.APIImages, error) {
	return e.client.ListImages(dockerapi.ListImagesOptions{All: all, Context: ctx})
}

// Volumes counts volumes that a container uses, and those that none does.
func (e *Engine) Volumes(ctx context.Context) (attached, dangling int, err error) {
	all, err := e.client.ListVolumes(dockerapi.ListVolumesOptions{Context: ctx})
	if err != nil {
		return 0, 0, err
	}
	unused, err := e.client.ListVolumes(dockerapi.ListVolumesOptions{
		Context: ctx, Filters: map[string][]string{"dangling": {"true"}},
	})
	return len(all) - len(unused), len(unused), err
}
