// Package apache runs the check of the same name against Apache's mod_status.
//
// Options, metrics, tags and error texts follow apache/datadog_checks/apache of DataDog/integrations-core.
package apache

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/checks/web"
	"datadog-hosts/standins/agent/integration"
)

// Integration describes the check of generation 7 to the agent.
var Integration = checks.Integration{
	Loader:          "python",
	Version:         "6.1.0",
	Make:            newCheck,
	InstanceOptions: append([]string{"apache_status_url", "disable_generic_tags"}, web.Options...),
}

var gauges = map[string]string{
	"IdleWorkers": "apache.performance.idle_workers", "BusyWorkers": "apache.performance.busy_workers",
	"CPULoad": "apache.performance.cpu_load", "Uptime": "apache.performance.uptime",
	"Total kBytes": "apache.net.bytes", "Total Accesses": "apache.net.hits",
	"ConnsTotal": "apache.conns_total", "ConnsAsyncWriting": "apache.conns_async_writing",
	"ConnsAsyncKeepAlive": "apache.conns_async_keep_alive", "ConnsAsyncClosing": "apache.conns_async_closing",
}

var rates = map[string]string{
	"Total kBytes": "apache.net.bytes_per_s", "Total Accesses": "apache.net.request_per_s",
}

// Check is one instance.
type Check struct {
	url string
	// assumedURL is url with the suffix that the original adds on its own when url gives no metric.
	assumedURL  string
	client      *web.Client
	tags        []string
	serviceTags []string
}

func newCheck(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	if _, present := instance["apache_status_url"]; !present {
		return checks.Failing(errors.New("Missing 'apache_status_url' in Apache config")), nil //nolint:staticcheck // the original's text
	}
	reader := environment.Options(instance)
	reader.Required("apache_status_url")
	made := New(reader.Text("apache_status_url"), web.FromOptions(reader, environment), reader.Texts("tags"))
	generic := !reader.Boolean("disable_generic_tags", false)
	if err := reader.Err(); err != nil {
		return checks.Failing(err), nil
	}
	host, _ := web.HostAndPort(made.url)
	made.serviceTags = append(made.serviceTags, "apache_host:"+host)
	if !generic {
		made.serviceTags = made.serviceTags[1:]
	}
	return made, nil
}

// New returns the check with the tags of generation 5.
func New(url string, client *web.Client, tags []string) *Check {
	host, port := web.HostAndPort(url)
	return &Check{
		url: url, client: client, tags: tags, serviceTags: append([]string{"host:" + host, "port:" + port}, tags...),
	}
}

// Run reads the page and sends what the original sends.
func (c *Check) Run(ctx context.Context, sender checks.Sender) error {
	address := c.url
	if c.assumedURL != "" {
		address = c.assumedURL
	}
	answer, err := c.client.Get(ctx, address)
	if err != nil {
		sender.ServiceCheck("apache.can_connect", checks.Critical, c.serviceTags, "")
		return err
	}
	sender.ServiceCheck("apache.can_connect", checks.OK, c.serviceTags, "")
	if c.send(sender, answer.Body) > 0 {
		return nil
	}
	if c.assumedURL == "" && !strings.HasSuffix(address, "?auto") {
		c.assumedURL = address + "?auto"
		sender.Warn("Assuming url was not correct. Trying to add ?auto suffix to the url")
		return c.Run(ctx, sender)
	}
	return fmt.Errorf("No metrics were fetched for this instance. Make sure that %s is the proper url.", c.url) //nolint:staticcheck // the original's text
}

func (c *Check) send(sender checks.Sender, page string) int {
	sent := 0
	for line := range strings.Lines(page) {
		name, text, found := strings.Cut(strings.TrimRight(line, "\r\n"), ": ")
		value, err := strconv.ParseFloat(text, 64)
		if !found || err != nil {
			continue
		}
		if name == "Total kBytes" {
			value *= 1024
		}
		if metric, known := gauges[name]; known {
			sent++
			sender.Gauge(metric, value, c.tags)
		}
		if metric, known := rates[name]; known {
			sent++
			sender.Rate(metric, value, c.tags)
		}
	}
	return sent
}
