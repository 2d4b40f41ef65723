// Package etcd runs the check of the same name against etcd 3 and later.
//
// Options, names, tags and service checks follow etcd/datadog_checks/etcd of DataDog/integrations-core: the most common of its
// metrics. Buckets, the tag for the leader, and what etcd had before version 3 are left out, or refused.
package etcd

import (
	"context"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/checks/openmetrics"
	"datadog-hosts/standins/agent/checks/web"
	"datadog-hosts/standins/agent/integration"
)

// Integration describes the check of generation 7 to the agent.
var Integration = checks.Integration{
	Loader:          "python",
	Version:         "9.0.0",
	Make:            newCheck,
	InstanceOptions: append([]string{"prometheus_url", "exclude_labels"}, web.Options...),
}

// names are those of the original for some of etcd's metrics.
var names = map[string]string{
	"etcd_server_has_leader": "server.has_leader", "etcd_server_is_leader": "server.is_leader",
	"etcd_server_leader_changes_seen_total": "server.leader_changes.seen.total", "etcd_server_proposals_applied_total": "server.proposals.applied.total",
	"etcd_server_proposals_committed_total": "server.proposals.committed.total", "etcd_server_proposals_failed_total": "server.proposals.failed.total",
	"etcd_server_proposals_pending": "server.proposals.pending", "etcd_mvcc_db_total_size_in_bytes": "mvcc.db.size.total",
	"etcd_debugging_mvcc_keys_total": "debugging.mvcc.keys.total", "etcd_disk_wal_fsync_duration_seconds": "disk.wal.fsync.duration.seconds",
	"etcd_network_client_grpc_received_bytes_total": "network.client.grpc.received.bytes.total",
	"etcd_network_client_grpc_sent_bytes_total":     "network.client.grpc.sent.bytes.total",
	"process_resident_memory_bytes":                 "process.resident_memory", "process_open_fds": "process.open_fds",
	"go_goroutines": "go.goroutines", "go_threads": "go.threads",
}

type check struct {
	url            string
	client         *web.Client
	tags, excluded []string
}

func newCheck(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	reader := environment.Options(instance)
	reader.Required("prometheus_url")
	made := &check{url: reader.Text("prometheus_url"), client: web.FromOptions(reader, environment), tags: reader.Texts("tags"), excluded: reader.Texts("exclude_labels")}
	if err := reader.Err(); err != nil {
		return checks.Failing(err), nil
	}
	return made, nil
}

// Run reads the page and sends the metrics that the original has names for.
func (c *check) Run(ctx context.Context, sender checks.Sender) error {
	health := append([]string{"endpoint:" + c.url}, c.tags...)
	families, err := openmetrics.Scrape(ctx, c.client, c.url)
	if err != nil {
		sender.ServiceCheck("etcd.prometheus.health", checks.Critical, health, "")
		return err
	}
	sender.ServiceCheck("etcd.prometheus.health", checks.OK, health, "")
	for _, family := range families {
		if name, known := names[family.GetName()]; known {
			openmetrics.Send(sender, "etcd."+name, family, c.tags, openmetrics.Labels{Excluded: c.excluded})
		}
	}
	return nil
}
