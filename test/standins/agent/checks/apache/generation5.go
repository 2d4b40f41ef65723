package apache

import (
	"errors"
	"time"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/checks/web"
	"datadog-hosts/standins/agent/integration"
)

// Generation5 is the older check, with option names of its own.
var Generation5 = checks.Integration{
	Loader:  "python",
	Version: "1.4.0",
	Make:    newGeneration5,
	InstanceOptions: []string{
		"apache_status_url", "apache_user", "apache_password", "disable_ssl_validation", "connect_timeout", "receive_timeout",
	},
}

const defaultReceiveTimeout = 15

func newGeneration5(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	if _, present := instance["apache_status_url"]; !present {
		return nil, errors.New("Missing 'apache_status_url' in Apache config") //nolint:staticcheck // the original's text
	}
	reader := environment.Options(instance)
	credentials := web.Credentials{Username: reader.Text("apache_user"), Password: reader.Text("apache_password")}
	verify := !reader.Boolean("disable_ssl_validation", false)
	reader.Integer("connect_timeout", 5)
	timeout := time.Duration(reader.Integer("receive_timeout", defaultReceiveTimeout)) * time.Second
	// The older check never asks for the agent's proxy settings.
	environment = environment.WithoutProxy()
	made := New(reader.Text("apache_status_url"), web.New(environment, credentials, verify, timeout), reader.Texts("tags"))
	return made, reader.Err()
}
