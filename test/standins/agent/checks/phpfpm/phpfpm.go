// Package phpfpm runs the check php_fpm against PHP-FPM, over FastCGI or through a web server.
//
// Options, metrics, tags and service checks follow php_fpm/datadog_checks/php_fpm of DataDog/integrations-core.
package phpfpm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	Version:         "6.0.0",
	Make:            newCheck,
	InstanceOptions: append([]string{"status_url", "ping_url", "ping_reply", "use_fastcgi"}, web.Options...),
}

// Generation5 is the older check, which knows no FastCGI.
var Generation5 = checks.Integration{
	Loader:          "python",
	Version:         "1.2.0",
	Make:            newGeneration5,
	InstanceOptions: []string{"status_url", "ping_url", "ping_reply", "user", "password", "disable_ssl_validation"},
}

const timeout = 20 * time.Second

var gauges = map[string]string{
	"listen queue": "php_fpm.listen_queue.size", "idle processes": "php_fpm.processes.idle",
	"active processes": "php_fpm.processes.active", "total processes": "php_fpm.processes.total",
}

var counts = map[string]string{
	"accepted conn": "php_fpm.requests.accepted", "max children reached": "php_fpm.processes.max_reached", "slow requests": "php_fpm.requests.slow",
}

type check struct {
	status, ping, reply string
	get                 func(ctx context.Context, address, query string) (string, error)
	tags                []string
}

func newCheck(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	reader := environment.Options(instance)
	client := web.FromOptions(reader, environment)
	get := through(client)
	if reader.Boolean("use_fastcgi", false) {
		get = ask
	}
	return build(reader, get)
}

func newGeneration5(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	reader := environment.Options(instance)
	credentials := web.Credentials{Username: reader.Text("user"), Password: reader.Text("password")}
	// The older agent gives its proxy to no check that does not ask for it.
	client := web.New(environment.WithoutProxy(), credentials, !reader.Boolean("disable_ssl_validation", false), timeout)
	return build(reader, through(client))
}

func through(client *web.Client) func(ctx context.Context, address, query string) (string, error) {
	return func(ctx context.Context, address, query string) (string, error) {
		if query != "" {
			address += "?" + query + "=True"
		}
		answer, err := client.Get(ctx, address)
		return answer.Body, err
	}
}

func build(reader *checks.Options, get func(ctx context.Context, address, query string) (string, error)) (checks.Check, error) {
	made := &check{status: reader.Text("status_url"), ping: reader.Text("ping_url"), reply: reader.Text("ping_reply"), get: get, tags: reader.Texts("tags")}
	if err := reader.Err(); err != nil {
		return checks.Failing(err), nil
	}
	if made.status == "" && made.ping == "" {
		return nil, errors.New("No status_url or ping_url specified for this instance") //nolint:staticcheck // the original's text
	}
	if made.reply == "" {
		made.reply = "pong"
	}
	return made, nil
}

// Run asks for both pages. Like the original, a page that does not answer is no error.
func (c *check) Run(ctx context.Context, sender checks.Sender) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if c.status != "" {
		_ = c.sendStatus(ctx, sender)
	}
	if c.ping != "" {
		tags := append([]string{"ping_url:" + c.ping}, c.tags...)
		body, err := c.get(ctx, c.ping, "")
		if err == nil && !strings.Contains(body, c.reply) {
			err = fmt.Errorf("Received unexpected reply to ping: %s", body) //nolint:staticcheck // the original's text
		}
		if err != nil {
			sender.ServiceCheck("php_fpm.can_ping", checks.Critical, tags, err.Error())
		} else {
			sender.ServiceCheck("php_fpm.can_ping", checks.OK, tags, "")
		}
	}
	return nil
}

func (c *check) sendStatus(ctx context.Context, sender checks.Sender) error {
	body, err := c.get(ctx, c.status, "json")
	if err != nil {
		return err
	}
	var status map[string]any
	if err := json.Unmarshal([]byte(body), &status); err != nil {
		return err
	}
	tags := append(slices.Clone(c.tags), "pool:"+fmt.Sprint(status["pool"]))
	for name, metric := range gauges {
		if value, isNumber := status[name].(float64); isNumber {
			sender.Gauge(metric, value, tags)
		}
	}
	for name, metric := range counts {
		if value, isNumber := status[name].(float64); isNumber {
			sender.MonotonicCount(metric, value, tags)
		}
	}
	return nil
}
