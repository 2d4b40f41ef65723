package main

import (
	"os"
	"strings"
	"sync"
	"time"
)

// Context is the dot of every template: the containers, with .Docker and .Env as methods of the whole.
type Context []*RuntimeContainer

// Env is the generator's own environment.
func (c *Context) Env() map[string]string { return splitPairs(os.Environ()) }

// Docker describes the engine, as of the last listing.
func (c *Context) Docker() Docker {
	engine.Lock()
	defer engine.Unlock()
	return engine.Docker
}

// engine is written by every listing and read by templates, which run at the same time for different blocks.
var engine struct {
	sync.Mutex
	Docker
}

// RuntimeContainer is a container as templates see it. IP, Gateway and the addresses' IP are of the default bridge only.
type RuntimeContainer struct {
	ID           string
	Created      time.Time
	Addresses    []Address
	Networks     []Network
	Gateway      string
	Name         string
	Hostname     string
	NetworkMode  string
	Image        DockerImage
	Env          map[string]string
	Volumes      map[string]Volume
	Node         SwarmNode
	Labels       map[string]string
	IP           string
	IP6LinkLocal string
	IP6Global    string
	Mounts       []Mount
	State        State
}

// Equals tells whether two containers have the same id and image.
func (r *RuntimeContainer) Equals(o RuntimeContainer) bool {
	return r.ID == o.ID && r.Image == o.Image
}

// Address is a port of a container.
type Address struct {
	IP           string
	IP6LinkLocal string
	IP6Global    string
	Port         string
	HostPort     string
	Proto        string
	HostIP       string
}

// Network is a container's place on one network.
type Network struct {
	IP                  string
	Name                string
	Aliases             []string
	Gateway             string
	EndpointID          string
	IPv6Gateway         string
	GlobalIPv6Address   string
	MacAddress          string
	GlobalIPv6PrefixLen int
	IPPrefixLen         int
	Internal            bool
}

// DockerImage is the image reference that the container was made from, in parts.
type DockerImage struct {
	Registry   string
	Repository string
	Tag        string
}

// String puts the parts together again.
func (i *DockerImage) String() string {
	text := i.Repository
	if i.Registry != "" {
		text = i.Registry + "/" + text
	}
	if i.Tag != "" {
		text += ":" + i.Tag
	}
	return text
}

// splitImage takes everything before the first slash for the registry, be it one or not: the original does.
func splitImage(reference string) DockerImage {
	var image DockerImage
	if registry, rest, found := strings.Cut(reference, "/"); found {
		image.Registry, reference = registry, rest
	}
	image.Repository, image.Tag, _ = strings.Cut(reference, ":")
	return image
}

// Volume is an entry of the volumes map of engines before API 1.21.
type Volume struct {
	Path      string
	HostPath  string
	ReadWrite bool
}

// Mount is a mount point of a container.
type Mount struct {
	Name        string
	Source      string
	Destination string
	Driver      string
	Mode        string
	RW          bool
}

// SwarmNode is where a classic swarm ran the container.
type SwarmNode struct {
	ID      string
	Name    string
	Address Address
}

// State is the state of a container's process.
type State struct {
	Running bool
	Health  Health
}

// Health is the result of a container's health check; Status is empty without one.
type Health struct {
	Status string
}

// Docker describes the engine, and the container that the generator itself runs in.
type Docker struct {
	Name               string
	NumContainers      int
	NumImages          int
	Version            string
	ApiVersion         string
	GoVersion          string
	OperatingSystem    string
	Architecture       string
	CurrentContainerID string
}

// splitPairs makes a map of KEY=VALUE entries; an entry without "=" gets an empty value.
func splitPairs(entries []string) map[string]string {
	pairs := make(map[string]string, len(entries))
	for _, entry := range entries {
		key, value, _ := strings.Cut(entry, "=")
		pairs[key] = value
	}
	return pairs
}
