package postgres

import (
	"context"
	"slices"
	"strings"

	"datadog-hosts/standins/agent/checks"
	"github.com/jackc/pgx/v5"
)

type kind int

const (
	gauge kind = iota
	rate
	count
)

// statistic is one column of the question, and the metric that it becomes.
type statistic struct {
	column, metric string
	kind           kind
}

var statistics = []statistic{
	{"psd.numbackends", "connections", gauge},
	{"psd.xact_commit", "commits", rate},
	{"psd.xact_rollback", "rollbacks", rate},
	{"psd.blks_read", "disk_read", rate},
	{"psd.blks_hit", "buffer_hit", rate},
	{"psd.tup_returned", "rows_returned", rate},
	{"psd.tup_fetched", "rows_fetched", rate},
	{"psd.tup_inserted", "rows_inserted", rate},
	{"psd.tup_updated", "rows_updated", rate},
	{"psd.tup_deleted", "rows_deleted", rate},
	{"psd.deadlocks", "deadlocks", rate},
	{"psd.temp_bytes", "temp_bytes", rate},
	{"psd.temp_files", "temp_files", rate},
	{"psd.blk_read_time", "blk_read_time", count},
	{"psd.blk_write_time", "blk_write_time", count},
	{"2^31 - age(pd.datfrozenxid)", "before_xid_wraparound", gauge},
}

var size = statistic{"pg_database_size(psd.datname)", "database_size", gauge}

func (c *check) collect(ctx context.Context, sender checks.Sender) error {
	connection, err := pgx.ConnectConfig(ctx, c.config)
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close(ctx) }()
	if err := c.sendDatabases(ctx, connection, sender); err != nil {
		return err
	}
	return c.sendServer(ctx, connection, sender)
}

func (c *check) sendDatabases(ctx context.Context, connection *pgx.Conn, sender checks.Sender) error {
	wanted := statistics
	if c.sizes {
		wanted = append(slices.Clone(wanted), size)
	}
	columns := []string{"psd.datname::text"}
	for _, entry := range wanted {
		columns = append(columns, "("+entry.column+")::float8")
	}
	question := "SELECT " + strings.Join(columns, ", ") +
		" FROM pg_stat_database psd JOIN pg_database pd ON psd.datname = pd.datname WHERE psd.datname NOT LIKE 'template%'"
	var arguments []any
	if !c.defaultDatabase {
		question += " AND psd.datname <> 'postgres'"
	}
	if c.strict {
		question += " AND psd.datname = $1"
		arguments = append(arguments, c.database)
	}
	rows, err := connection.Query(ctx, question, arguments...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return err
		}
		name, _ := values[0].(string)
		tags := append(slices.Clone(c.tags), "db:"+name)
		for index, entry := range wanted {
			if value, isNumber := values[index+1].(float64); isNumber {
				entry.send(sender, value, tags)
			}
		}
	}
	return rows.Err()
}

func (s statistic) send(sender checks.Sender, value float64, tags []string) {
	metric := "postgresql." + s.metric
	switch s.kind {
	case gauge:
		sender.Gauge(metric, value, tags)
	case rate:
		sender.Rate(metric, value, tags)
	case count:
		sender.MonotonicCount(metric, value, tags)
	}
}

// sendServer sends what is the server's and no single database's.
func (c *check) sendServer(ctx context.Context, connection *pgx.Conn, sender checks.Sender) error {
	var used, allowed, uptime, databases float64
	err := connection.QueryRow(ctx, `SELECT
		(SELECT sum(numbackends) FROM pg_stat_database)::float8,
		(SELECT setting::float8 FROM pg_settings WHERE name = 'max_connections'),
		floor(extract(epoch FROM now() - pg_postmaster_start_time()))::float8,
		(SELECT count(*) FROM pg_database WHERE datallowconn)::float8`).Scan(&used, &allowed, &uptime, &databases)
	if err != nil {
		return err
	}
	sender.Gauge("postgresql.max_connections", allowed, c.tags)
	sender.Gauge("postgresql.percent_usage_connections", used/allowed, c.tags)
	sender.Gauge("postgresql.uptime", uptime, c.tags)
	sender.Gauge("postgresql.db.count", databases, c.tags)
	sender.Gauge("postgresql.running", 1, c.tags)
	return nil
}
