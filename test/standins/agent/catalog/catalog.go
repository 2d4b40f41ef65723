// Package catalog lists the integrations of each generation.
package catalog

import (
	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/checks/docker"
	"datadog-hosts/standins/agent/checks/redisdb"
)

// Generation7 has the checks of agent 7 that run here. docker_daemon is not among them: agent 7 can't load it.
var Generation7 = map[string]checks.Integration{
	"docker":  docker.Integration,
	"redisdb": redisdb.Integration,
}
