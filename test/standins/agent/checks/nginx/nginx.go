// Package nginx runs the check of the same name against nginx's status page.
//
// Options, metrics, tags and error texts follow nginx/datadog_checks/nginx of DataDog/integrations-core. Not here, and
// refused: NGINX Plus and the VTS module.
package nginx

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/checks/web"
	"datadog-hosts/standins/agent/integration"
)

// Integration describes the check of generation 7 to the agent.
var Integration = checks.Integration{
	Loader:          "python",
	Version:         "9.0.0",
	Make:            newCheck,
	InstanceOptions: append([]string{"nginx_status_url", "disable_generic_tags"}, web.Options...),
}

// Check is one instance.
type Check struct {
	url         string
	client      *web.Client
	tags        []string
	metricTags  []string
	serviceTags []string
}

func newCheck(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	if _, present := instance["nginx_status_url"]; !present {
		return nil, errors.New(`NginX instance missing "nginx_status_url" value.`) //nolint:staticcheck // the original's text
	}
	reader := environment.Options(instance)
	reader.Required("nginx_status_url")
	made := New(reader.Text("nginx_status_url"), web.FromOptions(reader, environment), reader.Texts("tags"))
	generic := !reader.Boolean("disable_generic_tags", false)
	if err := reader.Err(); err != nil {
		return checks.Failing(err), nil
	}
	host, port := web.HostAndPort(made.url)
	made.metricTags = append(slices.Clone(made.tags), "nginx_host:"+host, "port:"+port)
	made.serviceTags = append([]string{"nginx_host:" + host, "port:" + port}, made.tags...)
	if generic {
		made.serviceTags = append(made.serviceTags, "host:"+host)
	}
	return made, nil
}

// New returns the check with the tags of generation 5: the instance's alone on metrics, host and port on the service
// check.
func New(url string, client *web.Client, tags []string) *Check {
	host, port := web.HostAndPort(url)
	return &Check{
		url: url, client: client, tags: tags, metricTags: tags,
		serviceTags: append([]string{"host:" + host, "port:" + port}, tags...),
	}
}

var (
	active  = regexp.MustCompile(`Active connections:\s+(\d+)`)
	handled = regexp.MustCompile(`\s*(\d+)\s+(\d+)\s+(\d+)`)
	states  = regexp.MustCompile(`Reading: (\d+)\s+Writing: (\d+)\s+Waiting: (\d+)`)
)

// Run reads the page and sends what the original sends. Like it, it takes a page that says nothing for a success.
func (c *Check) Run(ctx context.Context, sender checks.Sender) error {
	answer, err := c.client.Get(ctx, c.url)
	if err != nil {
		sender.ServiceCheck("nginx.can_connect", checks.Critical, c.serviceTags, "")
		return err
	}
	sender.ServiceCheck("nginx.can_connect", checks.OK, c.serviceTags, "")
	if found := active.FindStringSubmatch(answer.Body); found != nil {
		sender.Gauge("nginx.net.connections", number(found[1]), c.metricTags)
	}
	if found := handled.FindStringSubmatch(answer.Body); found != nil {
		opened, served, requests := number(found[1]), number(found[2]), number(found[3])
		sender.Rate("nginx.net.conn_opened_per_s", opened, c.metricTags)
		sender.Rate("nginx.net.conn_dropped_per_s", opened-served, c.metricTags)
		sender.Rate("nginx.net.request_per_s", requests, c.metricTags)
	}
	if found := states.FindStringSubmatch(answer.Body); found != nil {
		for index, state := range []string{"reading", "writing", "waiting"} {
			sender.Gauge("nginx.net."+state, number(found[index+1]), c.metricTags)
		}
	}
	return nil
}

func number(digits string) float64 {
	parsed, _ := strconv.ParseFloat(digits, 64)
	return parsed
}
