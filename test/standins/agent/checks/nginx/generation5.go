package nginx

import (
	"errors"
	"time"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/checks/web"
	"datadog-hosts/standins/agent/integration"
)

// Generation5 is the older check, with option names of its own.
var Generation5 = checks.Integration{
	Loader:          "python",
	Version:         "2.1.0",
	Make:            newGeneration5,
	InstanceOptions: []string{"nginx_status_url", "ssl_validation", "user", "password", "skip_proxy"},
}

// generation5Timeout is the older agent's default for checks over HTTP.
const generation5Timeout = 9 * time.Second

func newGeneration5(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	if _, present := instance["nginx_status_url"]; !present {
		return nil, errors.New(`NginX instance missing "nginx_status_url" value.`) //nolint:staticcheck // the original's text
	}
	reader := environment.Options(instance)
	credentials := web.Credentials{}
	if _, hasUser := instance["user"]; hasUser {
		credentials = web.Credentials{Username: reader.Text("user"), Password: reader.Text("password")}
	}
	if reader.Boolean("skip_proxy", false) {
		environment = environment.WithoutProxy()
	}
	client := web.New(environment, credentials, reader.Boolean("ssl_validation", true), generation5Timeout)
	made := New(reader.Text("nginx_status_url"), client, reader.Texts("tags"))
	return made, reader.Err()
}
