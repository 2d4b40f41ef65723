package main

import (
	"log"
	"maps"
	"slices"
	"strings"

	docker "github.com/fsouza/go-dockerclient"
)

// listContainers reads from the engine what a block's templates are to see. Without a filter on the status that is
// every container, stopped ones included. A container that is gone by the time it is inspected is left out.
func (g *generator) listContainers(b block) (Context, error) {
	g.refreshEngine()

	listed, err := g.client.ListContainers(docker.ListContainersOptions{All: true, Filters: b.ContainerFilter})
	if err != nil {
		return nil, err
	}
	networks, err := g.client.ListNetworks()
	if err != nil {
		return nil, err
	}
	internal := map[string]bool{}
	for _, network := range networks {
		internal[network.Name] = network.Internal
	}

	containers := Context{}
	for _, entry := range listed {
		inspected, err := g.client.InspectContainerWithOptions(docker.InspectContainerOptions{ID: entry.ID})
		if err != nil {
			log.Printf("Error inspecting container: %s: %s\n", entry.ID, err)
			continue
		}
		containers = append(containers, newRuntimeContainer(inspected, internal))
	}
	return containers, nil
}

// refreshEngine renews what .Docker shows; an engine that does not answer leaves it as it was.
func (g *generator) refreshEngine() {
	info, err := g.client.Info()
	if err != nil {
		log.Printf("Error retrieving docker server info: %s\n", err)
		return
	}
	engine.Lock()
	defer engine.Unlock()
	engine.Docker = Docker{
		Name:               info.Name,
		NumContainers:      info.Containers,
		NumImages:          info.Images,
		Version:            g.version.Get("Version"),
		ApiVersion:         g.version.Get("ApiVersion"),
		GoVersion:          g.version.Get("GoVersion"),
		OperatingSystem:    g.version.Get("Os"),
		Architecture:       g.version.Get("Arch"),
		CurrentContainerID: ownContainerID(),
	}
}

// newRuntimeContainer turns an inspect answer into what templates see; internal tells by name which networks are.
func newRuntimeContainer(c *docker.Container, internal map[string]bool) *RuntimeContainer {
	config := valueOf(c.Config)
	settings := valueOf(c.NetworkSettings)

	seen := &RuntimeContainer{
		ID:           c.ID,
		Created:      c.Created,
		Addresses:    addressesOf(c),
		Networks:     []Network{},
		Gateway:      settings.Gateway,
		Name:         strings.TrimLeft(c.Name, "/"),
		Hostname:     config.Hostname,
		NetworkMode:  valueOf(c.HostConfig).NetworkMode,
		Image:        splitImage(config.Image),
		Env:          splitPairs(config.Env),
		Volumes:      map[string]Volume{},
		Labels:       config.Labels,
		IP:           settings.IPAddress,
		IP6LinkLocal: settings.LinkLocalIPv6Address,
		IP6Global:    settings.GlobalIPv6Address,
		State:        State{Running: c.State.Running, Health: Health{Status: c.State.Health.Status}},
	}
	for _, name := range slices.Sorted(maps.Keys(settings.Networks)) {
		seen.Networks = append(seen.Networks, newNetwork(name, settings.Networks[name], internal[name]))
	}
	for path, hostPath := range c.Volumes {
		seen.Volumes[path] = Volume{Path: path, HostPath: hostPath, ReadWrite: c.VolumesRW[path]}
	}
	if c.Node != nil {
		seen.Node = SwarmNode{ID: c.Node.ID, Name: c.Node.Name, Address: Address{IP: c.Node.IP}}
	}
	for _, m := range c.Mounts {
		seen.Mounts = append(seen.Mounts, Mount{
			Name: m.Name, Source: m.Source, Destination: m.Destination, Driver: m.Driver, Mode: m.Mode, RW: m.RW,
		})
	}
	return seen
}

func newNetwork(name string, endpoint docker.ContainerNetwork, internal bool) Network {
	return Network{
		IP:                  endpoint.IPAddress,
		Name:                name,
		Aliases:             append([]string{}, endpoint.Aliases...),
		Gateway:             endpoint.Gateway,
		EndpointID:          endpoint.EndpointID,
		IPv6Gateway:         endpoint.IPv6Gateway,
		GlobalIPv6Address:   endpoint.GlobalIPv6Address,
		MacAddress:          endpoint.MacAddress,
		GlobalIPv6PrefixLen: endpoint.GlobalIPv6PrefixLen,
		IPPrefixLen:         endpoint.IPPrefixLen,
		Internal:            internal,
	}
}

// valueOf reads through a pointer that the API may leave out.
func valueOf[T any](pointer *T) T {
	var zero T
	if pointer == nil {
		return zero
	}
	return *pointer
}
