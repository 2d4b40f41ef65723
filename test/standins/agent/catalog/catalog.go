// Package catalog lists the integrations of each generation.
package catalog

import (
	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/checks/apache"
	"datadog-hosts/standins/agent/checks/disk"
	"datadog-hosts/standins/agent/checks/docker"
	"datadog-hosts/standins/agent/checks/dockerdaemon"
	"datadog-hosts/standins/agent/checks/etcd"
	"datadog-hosts/standins/agent/checks/haproxy"
	"datadog-hosts/standins/agent/checks/httpcheck"
	"datadog-hosts/standins/agent/checks/mcache"
	"datadog-hosts/standins/agent/checks/mysql"
	"datadog-hosts/standins/agent/checks/nginx"
	"datadog-hosts/standins/agent/checks/openmetrics"
	"datadog-hosts/standins/agent/checks/phpfpm"
	"datadog-hosts/standins/agent/checks/postgres"
	"datadog-hosts/standins/agent/checks/rabbitmq"
	"datadog-hosts/standins/agent/checks/redisdb"
	"datadog-hosts/standins/agent/checks/tcpcheck"
	"datadog-hosts/standins/agent/checks/tlscheck"
)

// Generation7 has the checks of agent 7 that run here. docker_daemon is not among them: agent 7 can't load it.
var Generation7 = map[string]checks.Integration{
	"apache":   apache.Integration,
	"docker":   docker.Integration,
	"mcache":   mcache.Integration,
	"nginx":    nginx.Integration,
	"postgres": postgres.Integration,
	"redisdb":  redisdb.Integration,

	"etcd":        etcd.Integration,
	"haproxy":     haproxy.Integration,
	"http_check":  httpcheck.Integration,
	"mysql":       mysql.Integration,
	"openmetrics": openmetrics.Integration,
	"php_fpm":     phpfpm.Integration,
	"rabbitmq":    rabbitmq.Integration,
	"tcp_check":   tcpcheck.Integration,
	"tls":         tlscheck.Integration,
}

// Generation5 has the checks of agent 5 that run here.
var Generation5 = map[string]checks.Integration{
	"apache":        apache.Generation5,
	"disk":          disk.Integration,
	"docker_daemon": dockerdaemon.Integration,
	"mcache":        mcache.Integration,
	"nginx":         nginx.Generation5,
	"postgres":      postgres.Generation5,
	"redisdb":       redisdb.Generation5,

	"haproxy":    haproxy.Generation5,
	"http_check": httpcheck.Generation5,
	"mysql":      mysql.Generation5,
	"php_fpm":    phpfpm.Generation5,
	"rabbitmq":   rabbitmq.Generation5,
	"tcp_check":  tcpcheck.Generation5,
}
