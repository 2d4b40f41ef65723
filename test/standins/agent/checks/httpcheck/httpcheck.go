// Package httpcheck runs the check http_check: whether a page answers.
//
// Options, metrics, tags and service checks follow http_check/datadog_checks/http_check of DataDog/integrations-core. Contents,
// further methods and the expiration of certificates are refused.
package httpcheck

import (
	"context"
	"errors"
	"maps"
	"time"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/checks/web"
	"datadog-hosts/standins/agent/integration"
)

// Integration describes the check of generation 7 to the agent.
var Integration = checks.Integration{
	Loader:          "python",
	Version:         "12.0.0",
	Make:            maker(true),
	InstanceOptions: append([]string{"name", "url", "headers", "tls_use_host_header", "check_certificate_expiration"}, web.Options...),
}

// Generation5 is the older check.
var Generation5 = checks.Integration{
	Loader:          "python",
	Version:         "3.0.0",
	Make:            maker(false),
	InstanceOptions: []string{"name", "url", "headers", "skip_proxy", "allow_redirects", "disable_ssl_validation", "skip_event", "check_certificate_expiration"},
}

type check struct {
	url    string
	client *web.Client
	tags   []string
}

// maker reads an instance; only generation 7 has an option to verify a certificate, which it does not by default.
func maker(verifies bool) checks.Maker {
	return func(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
		instance = maps.Clone(instance)
		if _, present := instance["tls_verify"]; !verifies || !present {
			instance["tls_verify"] = false
		}
		reader := environment.Options(instance)
		reader.Required("name", "url")
		name := reader.Text("name")
		made := &check{url: reader.Text("url"), client: web.FromOptions(reader, environment), tags: reader.Texts("tags")}
		if host := hostOf(instance["headers"]); host != "" {
			made.client.AskAs(host)
		}
		if reader.Boolean("check_certificate_expiration", true) {
			return nil, errors.New("this stand-in does not look at the expiration of certificates")
		}
		if err := reader.Err(); err != nil {
			return checks.Failing(err), nil
		}
		made.tags = append(made.tags, "url:"+made.url, "instance:"+name)
		return made, nil
	}
}

// hostOf is the Host among an instance's headers.
func hostOf(headers any) string {
	var host any
	switch mapping := headers.(type) {
	case integration.RawMap:
		host = mapping["Host"]
	case map[any]any:
		host = mapping["Host"]
	}
	text, _ := host.(string)
	return text
}

// Run asks for the page. Like the original, a page that does not answer is a critical service check, and no error.
func (c *check) Run(ctx context.Context, sender checks.Sender) error {
	start := time.Now()
	_, err := c.client.Get(ctx, c.url)
	up, down := 1.0, 0.0
	if err != nil {
		up, down = 0, 1
		sender.ServiceCheck("http.can_connect", checks.Critical, c.tags, err.Error())
	} else {
		sender.Gauge("network.http.response_time", time.Since(start).Seconds(), c.tags)
		sender.ServiceCheck("http.can_connect", checks.OK, c.tags, "")
	}
	sender.Gauge("network.http.can_connect", up, c.tags)
	sender.Gauge("network.http.cant_connect", down, c.tags)
	return nil
}
