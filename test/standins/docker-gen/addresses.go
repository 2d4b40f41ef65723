package main

import (
	"cmp"
	"slices"
	"strconv"

	docker "github.com/fsouza/go-dockerclient"
)

// addressesOf lists a container's ports: those of its network settings, which a running container has, else those
// that its configuration exposes.
func addressesOf(c *docker.Container) []Address {
	settings := valueOf(c.NetworkSettings)
	newAddress := func(port docker.Port) Address {
		return Address{
			IP:           settings.IPAddress,
			IP6LinkLocal: settings.LinkLocalIPv6Address,
			IP6Global:    settings.GlobalIPv6Address,
			Port:         port.Port(),
			Proto:        port.Proto(),
		}
	}

	addresses := []Address{}
	for port, bindings := range settings.Ports {
		address := newAddress(port)
		if len(bindings) > 0 {
			address.HostPort, address.HostIP = bindings[0].HostPort, bindings[0].HostIP
		}
		addresses = append(addresses, address)
	}
	if len(addresses) == 0 && c.Config != nil {
		for port := range c.Config.ExposedPorts {
			addresses = append(addresses, newAddress(port))
		}
	}
	slices.SortFunc(addresses, compareAddresses)
	return addresses
}

// compareAddresses orders by port number first; a port that is no number counts as 0.
func compareAddresses(a, b Address) int {
	portA, _ := strconv.Atoi(a.Port)
	portB, _ := strconv.Atoi(b.Port)
	return cmp.Or(
		cmp.Compare(portA, portB),
		cmp.Compare(a.Proto, b.Proto),
		cmp.Compare(a.HostPort, b.HostPort),
		cmp.Compare(a.HostIP, b.HostIP),
		cmp.Compare(a.IP, b.IP),
	)
}
