// Package mcache runs the check of the same name against memcached.
//
// Options, metrics, tags and error texts follow mcache/datadog_checks/mcache of DataDog/integrations-core, but for
// user names and passwords, and the optional statistics: refused.
package mcache

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/integration"
)

// Integration describes the check to the agent; it is the same in both generations.
var Integration = checks.Integration{
	Loader:          "python",
	Version:         "6.1.0",
	Make:            newCheck,
	InstanceOptions: []string{"url", "port", "socket"},
}

const (
	defaultPort = 11211
	timeout     = 5 * time.Second
)

var gauges = []string{
	"total_items", "curr_items", "limit_maxbytes", "uptime", "bytes", "curr_connections", "max_connections",
	"connection_structures", "threads", "pointer_size",
}

var rates = []string{
	"rusage_user", "rusage_system", "cmd_get", "cmd_set", "cmd_flush", "get_hits", "get_misses", "delete_misses",
	"delete_hits", "evictions", "bytes_read", "bytes_written", "cas_misses", "cas_hits", "cas_badval",
	"total_connections", "listen_disabled_num",
}

type check struct {
	network, address, server string
	tags, serviceTags        []string
}

func newCheck(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	reader := environment.Options(instance)
	host, socket := reader.Text("url"), reader.Text("socket")
	port := strconv.Itoa(reader.Integer("port", defaultPort))
	tags := reader.Texts("tags")
	if err := reader.Err(); err != nil {
		return checks.Failing(err), nil
	}
	if host == "" && socket == "" {
		return checks.Failing(errors.New(`Either "url" or "socket" must be configured`)), nil //nolint:staticcheck // the original's text
	}
	// The originals' libraries want an IPv6 address in brackets: "[::1]", and in generation 5 "inet6:[::1]".
	made := &check{network: "tcp", address: strings.TrimPrefix(host, "inet6:") + ":" + port}
	if socket != "" {
		made.network, made.address = "unix", socket
		host, port = "unix", socket
	}
	made.server = host + ":" + port
	made.tags = append([]string{"url:" + made.server}, tags...)
	made.serviceTags = append([]string{"host:" + host, "port:" + port}, tags...)
	return made, nil
}

// Run reads the statistics and sends what the original sends.
func (c *check) Run(ctx context.Context, sender checks.Sender) error {
	stats, err := c.stats(ctx)
	if err != nil || len(stats) == 0 {
		sender.ServiceCheck("memcache.can_connect", checks.Critical, c.serviceTags, "Unable to fetch stats from server")
		// The original's library answers a failed connection with no statistics at all, and hides the reason.
		return fmt.Errorf("Unable to retrieve stats from memcache instance: %s.Please check your configuration. (Malformed response for host: {})", c.server) //nolint:staticcheck // the original's text
	}
	for name, value := range stats {
		if slices.Contains(gauges, name) {
			sender.Gauge("memcache."+name, value, c.tags)
		}
		if slices.Contains(rates, name) {
			sender.Rate("memcache."+name+"_rate", value, c.tags)
		}
	}
	ratio := func(metric string, factor float64, part, whole string) {
		if stats[whole] != 0 {
			sender.Gauge(metric, factor*stats[part]/stats[whole], c.tags)
		}
	}
	ratio("memcache.get_hit_percent", 100, "get_hits", "cmd_get")
	ratio("memcache.fill_percent", 100, "bytes", "limit_maxbytes")
	ratio("memcache.avg_item_size", 1, "bytes", "curr_items")
	sender.ServiceCheck("memcache.can_connect", checks.OK, c.serviceTags, "")
	return nil
}

// stats speaks memcached's text protocol: lines `STAT name value`, then END.
func (c *check) stats(ctx context.Context) (map[string]float64, error) {
	connection, err := (&net.Dialer{Timeout: timeout}).DialContext(ctx, c.network, c.address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = connection.Close() }()
	if err := connection.SetDeadline(time.Now().Add(timeout)); err != nil {
		return nil, err
	}
	if _, err := connection.Write([]byte("stats\r\n")); err != nil {
		return nil, err
	}
	stats := map[string]float64{}
	lines := bufio.NewScanner(connection)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) == 1 && fields[0] == "END" {
			return stats, nil
		}
		if len(fields) != 3 || fields[0] != "STAT" {
			return nil, fmt.Errorf("unexpected answer: %s", lines.Text())
		}
		if value, err := strconv.ParseFloat(fields[2], 64); err == nil {
			stats[fields[1]] = value
		}
	}
	return nil, errors.Join(lines.Err(), errors.New("the answer has no end"))
}
