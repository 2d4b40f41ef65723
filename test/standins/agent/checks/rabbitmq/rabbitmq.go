// Package rabbitmq runs the check of the same name against RabbitMQ's management API.
//
// Options, metrics, tags and service checks follow rabbitmq/datadog_checks/rabbitmq of DataDog/integrations-core: the
// overview, nodes, queues and the aliveness of virtual hosts. Filters, exchanges and the Prometheus plugin are refused.
package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
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
	InstanceOptions: append([]string{"rabbitmq_api_url"}, web.Options...),
}

// Generation5 is the older check, with option names of its own.
var Generation5 = checks.Integration{
	Loader:          "python",
	Version:         "1.5.0",
	Make:            newGeneration5,
	InstanceOptions: []string{"rabbitmq_api_url", "rabbitmq_user", "rabbitmq_pass", "ssl_verify", "no_proxy"},
}

const generation5Timeout = 10 * time.Second

var overview = []string{
	"object_totals.connections", "object_totals.channels", "object_totals.queues", "object_totals.consumers",
}

var node = map[string]string{
	"fd_used": "fd_used", "disk_free": "disk_free", "mem_used": "mem_used", "mem_limit": "mem_limit", "run_queue": "run_queue",
	"sockets_used": "sockets_used", "running": "running", "mem_alarm": "mem_alarm", "disk_free_alarm": "disk_alarm",
}

var queue = []string{"consumers", "memory", "messages", "messages_ready", "messages_unacknowledged"}

type check struct {
	address string
	client  *web.Client
	tags    []string
	vhosts  []string
}

func newCheck(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	reader := environment.Options(instance)
	reader.Required("rabbitmq_api_url")
	client := web.FromOptions(reader, environment)
	client.SendUTF8()
	return build(reader, client)
}

func newGeneration5(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	reader := environment.Options(instance)
	credentials := web.Credentials{Username: reader.Text("rabbitmq_user"), Password: reader.Text("rabbitmq_pass")}
	if credentials == (web.Credentials{}) {
		credentials = web.Credentials{Username: "guest", Password: "guest"}
	}
	if reader.Boolean("no_proxy", false) {
		environment = environment.WithoutProxy()
	}
	return build(reader, web.New(environment, credentials, reader.Boolean("ssl_verify", true), generation5Timeout))
}

func build(reader *checks.Options, client *web.Client) (checks.Check, error) {
	made := &check{address: reader.Text("rabbitmq_api_url"), client: client, tags: reader.Texts("tags")}
	if err := reader.Err(); err != nil {
		return checks.Failing(err), nil
	}
	if made.address == "" {
		return nil, errors.New(`Missing "rabbitmq_api_url" in RabbitMQ config.`) //nolint:staticcheck // the original's text
	}
	made.address = strings.TrimSuffix(made.address, "/") + "/"
	return made, nil
}

// Run asks the API. Like the original, a server that does not answer is a critical service check, and no error.
func (c *check) Run(ctx context.Context, sender checks.Sender) error {
	if err := c.collect(ctx, sender); err != nil {
		sender.ServiceCheck("rabbitmq.status", checks.Critical, c.tags, fmt.Sprintf("Error executing check: %s", err))
		for _, vhost := range c.vhosts {
			sender.ServiceCheck("rabbitmq.aliveness", checks.Critical, c.with("vhost:"+vhost), "Could not contact aliveness API")
		}
		return nil
	}
	sender.ServiceCheck("rabbitmq.status", checks.OK, c.tags, "")
	return nil
}

func (c *check) with(tags ...string) []string { return append(tags, c.tags...) }

func (c *check) get(ctx context.Context, path string, into any) error {
	address := c.address + path
	if err := c.client.GetJSON(ctx, address, into); err != nil {
		return fmt.Errorf("Cannot open RabbitMQ API url: %s %w", address, err) //nolint:staticcheck // the original's text
	}
	return nil
}

func (c *check) collect(ctx context.Context, sender checks.Sender) error {
	var vhosts []struct{ Name string }
	if err := c.get(ctx, "vhosts", &vhosts); err != nil {
		return err
	}
	c.vhosts = nil
	for _, vhost := range vhosts {
		c.vhosts = append(c.vhosts, vhost.Name)
	}
	var whole map[string]any
	if err := c.get(ctx, "overview", &whole); err != nil {
		return err
	}
	cluster := c.with("rabbitmq_cluster:" + fmt.Sprint(whole["cluster_name"]))
	for _, name := range overview {
		if value, found := number(whole, strings.Split(name, ".")...); found {
			sender.Gauge("rabbitmq.overview."+name, value, cluster)
		}
	}
	var queues, nodes []map[string]any
	if err := errors.Join(c.get(ctx, "queues", &queues), c.get(ctx, "nodes", &nodes)); err != nil {
		return err
	}
	for _, one := range queues {
		tags := c.with("rabbitmq_queue:"+fmt.Sprint(one["name"]), "rabbitmq_vhost:"+fmt.Sprint(one["vhost"]))
		for _, name := range queue {
			if value, found := number(one, name); found {
				sender.Gauge("rabbitmq.queue."+name, value, tags)
			}
		}
	}
	for _, one := range nodes {
		tags := c.with("rabbitmq_node:" + fmt.Sprint(one["name"]))
		for name, metric := range node {
			if value, found := number(one, name); found {
				sender.Gauge("rabbitmq.node."+metric, value, tags)
			}
		}
	}
	return c.aliveness(ctx, sender)
}

func (c *check) aliveness(ctx context.Context, sender checks.Sender) error {
	for _, vhost := range slices.Sorted(slices.Values(c.vhosts)) {
		var answer struct{ Status string }
		if err := c.get(ctx, "aliveness-test/"+url.PathEscape(vhost), &answer); err != nil {
			return err
		}
		status := checks.Critical
		if answer.Status == "ok" {
			status = checks.OK
		}
		sender.ServiceCheck("rabbitmq.aliveness", status, c.with("vhost:"+vhost), "")
	}
	return nil
}

// number is the number at a path of some JSON; true counts as 1.
func number(value any, path ...string) (float64, bool) {
	for _, name := range path {
		object, isObject := value.(map[string]any)
		if !isObject {
			return 0, false
		}
		value = object[name]
	}
	switch found := value.(type) {
	case float64:
		return found, true
	case bool:
		if found {
			return 1, true
		}
		return 0, true
	default:
		return 0, false
	}
}
