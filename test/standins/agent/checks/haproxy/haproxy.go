// Package haproxy runs the check of the same name against HAProxy's statistics page.
//
// Options, metrics and tags follow haproxy/datadog_checks/haproxy/legacy of DataDog/integrations-core: the aggregates of
// frontends and backends. Sockets, status metrics, events and the Prometheus exporter are refused.
package haproxy

import (
	"context"
	"encoding/csv"
	"errors"
	"strconv"
	"strings"
	"time"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/checks/web"
	"datadog-hosts/standins/agent/integration"
)

// Integration describes the check of generation 7 to the agent.
var Integration = checks.Integration{
	Loader:          "python",
	Version:         "8.0.0",
	Make:            newCheck,
	InstanceOptions: append([]string{"url"}, web.Options...),
}

// Generation5 is the older check.
var Generation5 = checks.Integration{
	Loader:          "python",
	Version:         "1.3.0",
	Make:            newGeneration5,
	InstanceOptions: []string{"url", "username", "password", "disable_ssl_validation"},
}

const (
	generation5Timeout = 10 * time.Second
	// page is what the original puts behind the address.
	page = "/;csv;norefresh"
)

var gauges = map[string]string{
	"qcur": "queue.current", "scur": "session.current", "slim": "session.limit", "rate": "session.rate", "req_rate": "requests.rate",
	"qtime": "queue.time", "ctime": "connect.time", "rtime": "response.time", "ttime": "session.time",
}

var rates = map[string]string{
	"bin": "bytes.in_rate", "bout": "bytes.out_rate", "dreq": "denied.req_rate", "dresp": "denied.resp_rate", "ereq": "errors.req_rate",
	"econ": "errors.con_rate", "eresp": "errors.resp_rate", "wretr": "warnings.retr_rate", "wredis": "warnings.redis_rate",
	"hrsp_1xx": "response.1xx", "hrsp_2xx": "response.2xx", "hrsp_3xx": "response.3xx", "hrsp_4xx": "response.4xx",
	"hrsp_5xx": "response.5xx", "req_tot": "requests.tot_rate",
}

type check struct {
	url    string
	client *web.Client
	tags   []string
}

func newCheck(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	reader := environment.Options(instance)
	return build(reader, web.FromOptions(reader, environment))
}

func newGeneration5(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	reader := environment.Options(instance)
	credentials := web.Credentials{Username: reader.Text("username"), Password: reader.Text("password")}
	// The older agent gives its proxy to no check that does not ask for it.
	return build(reader, web.New(environment.WithoutProxy(), credentials, !reader.Boolean("disable_ssl_validation", false), generation5Timeout))
}

func build(reader *checks.Options, client *web.Client) (checks.Check, error) {
	reader.Required("url")
	made := &check{url: reader.Text("url"), client: client, tags: reader.Texts("tags")}
	if err := reader.Err(); err != nil {
		return checks.Failing(err), nil
	}
	return made, nil
}

// Run reads the page and sends the aggregates of frontends and backends.
func (c *check) Run(ctx context.Context, sender checks.Sender) error {
	answer, err := c.client.Get(ctx, c.url+page)
	if err != nil {
		return err
	}
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(answer.Body, "# ")))
	reader.FieldsPerRecord = -1
	lines, err := reader.ReadAll()
	if err != nil || len(lines) == 0 || lines[0][0] != "pxname" {
		return errors.New("list index out of range")
	}
	for _, line := range lines[1:] {
		fields := map[string]string{}
		for index, value := range line {
			if index < len(lines[0]) {
				fields[lines[0][index]] = value
			}
		}
		c.send(sender, fields)
	}
	return nil
}

func (c *check) send(sender checks.Sender, fields map[string]string) {
	kind := map[string]string{"FRONTEND": "frontend", "BACKEND": "backend"}[fields["svname"]]
	if kind == "" {
		return
	}
	tags := append([]string{"type:" + fields["svname"], "instance_url:" + c.url, "service:" + fields["pxname"], "haproxy_service:" + fields["pxname"]}, c.tags...)
	for field, metric := range gauges {
		if value, err := strconv.ParseFloat(fields[field], 64); err == nil {
			sender.Gauge("haproxy."+kind+"."+metric, value, tags)
		}
	}
	for field, metric := range rates {
		if value, err := strconv.ParseFloat(fields[field], 64); err == nil {
			sender.Rate("haproxy."+kind+"."+metric, value, tags)
		}
	}
}
