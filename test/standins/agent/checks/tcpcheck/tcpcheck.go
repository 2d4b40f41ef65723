// Package tcpcheck runs the check tcp_check: whether a port takes connections.
//
// Options, metrics, tags and service checks follow tcp_check/datadog_checks/tcp_check of DataDog/integrations-core.
package tcpcheck

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/integration"
)

// Integration describes the check of generation 7 to the agent.
var Integration = checks.Integration{
	Loader:          "python",
	Version:         "6.0.0",
	Make:            newCheck,
	InstanceOptions: []string{"name", "host", "port", "timeout", "collect_response_time"},
}

// Generation5 is the older check.
var Generation5 = checks.Integration{
	Loader:          "python",
	Version:         "2.0.0",
	Make:            newCheck,
	InstanceOptions: []string{"name", "host", "port", "timeout", "collect_response_time", "skip_event"},
}

type check struct {
	name, host, port string
	timeout          time.Duration
	timed            bool
	tags             []string
}

func newCheck(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	reader := environment.Options(instance)
	reader.Required("name", "host", "port")
	made := &check{
		name: reader.Text("name"), host: reader.Text("host"), port: strconv.Itoa(reader.Integer("port", 0)),
		timeout: time.Duration(reader.Integer("timeout", 10)) * time.Second, timed: reader.Boolean("collect_response_time", false),
		tags: reader.Texts("tags"),
	}
	if err := reader.Err(); err != nil {
		return checks.Failing(err), nil
	}
	return made, nil
}

// Run connects. Like the original, a port that does not answer is a critical service check; a name without address is an error.
func (c *check) Run(ctx context.Context, sender checks.Sender) error {
	start := time.Now()
	connection, err := (&net.Dialer{Timeout: c.timeout}).DialContext(ctx, "tcp", net.JoinHostPort(c.host, c.port))
	var lookup *net.DNSError
	if errors.As(err, &lookup) {
		return fmt.Errorf("URL: %s could not be resolved", c.host)
	}
	own := append(slices.Clone(c.tags), "target_host:"+c.host, "port:"+c.port, "instance:"+c.name, "address:"+c.host)
	if err != nil {
		sender.ServiceCheck("tcp.can_connect", checks.Critical, own, fmt.Sprintf("%s. Connection failed after %d ms", err, time.Since(start).Milliseconds()))
		sender.Gauge("network.tcp.can_connect", 0, own)
		return nil
	}
	_ = connection.Close()
	sender.ServiceCheck("tcp.can_connect", checks.OK, own, "")
	sender.Gauge("network.tcp.can_connect", 1, own)
	if c.timed {
		tags := append([]string{"url:" + c.host + ":" + c.port, "instance:" + c.name}, c.tags...)
		sender.Gauge("network.tcp.response_time", time.Since(start).Seconds(), append(tags, "address:"+c.host))
	}
	return nil
}
