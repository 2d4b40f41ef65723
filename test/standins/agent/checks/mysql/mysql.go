// Package mysql runs the check of the same name against MySQL and MariaDB.
//
// Options, metrics, tags and error texts follow mysql/datadog_checks/mysql of DataDog/integrations-core: the part that
// reads the server's status and its limits. Database monitoring, replication and custom queries are refused.
package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"strconv"
	"time"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/integration"
	driver "github.com/go-sql-driver/mysql"
)

// Integration describes the check of generation 7 to the agent.
var Integration = checks.Integration{
	Loader:          "python",
	Version:         "15.4.0",
	Make:            maker("host", "username", "password"),
	InstanceOptions: []string{"host", "port", "username", "password", "ssl"},
}

// Generation5 is the older check, with option names of its own.
var Generation5 = checks.Integration{
	Loader:          "python",
	Version:         "1.4.0",
	Make:            maker("server", "user", "pass"),
	InstanceOptions: []string{"server", "port", "user", "pass", "ssl"},
}

const (
	defaultPort    = 3306
	connectTimeout = 10 * time.Second
)

var gauges = map[string]string{
	"Threads_connected": "mysql.performance.threads_connected", "Threads_running": "mysql.performance.threads_running",
	"Open_files": "mysql.performance.open_files", "Open_tables": "mysql.performance.open_tables",
	"Max_used_connections": "mysql.net.max_connections", "Qcache_hits": "mysql.performance.qcache_hits",
}

var rates = map[string]string{
	"Questions": "mysql.performance.questions", "Queries": "mysql.performance.queries", "Slow_queries": "mysql.performance.slow_queries",
	"Connections": "mysql.net.connections", "Aborted_clients": "mysql.net.aborted_clients", "Aborted_connects": "mysql.net.aborted_connects",
	"Com_select": "mysql.performance.com_select", "Com_insert": "mysql.performance.com_insert", "Com_update": "mysql.performance.com_update",
	"Com_delete": "mysql.performance.com_delete", "Table_locks_waited": "mysql.performance.table_locks_waited",
	"Created_tmp_tables": "mysql.performance.created_tmp_tables", "Bytes_sent": "mysql.performance.bytes_sent",
	"Bytes_received": "mysql.performance.bytes_received",
}

type check struct {
	config     *driver.Config
	host       string
	tags, said []string
}

func maker(hostKey, userKey, passwordKey string) checks.Maker {
	return func(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
		reader := environment.Options(instance)
		host, port := reader.Text(hostKey), reader.Integer("port", defaultPort)
		user, password, tags := reader.Text(userKey), reader.Text(passwordKey), reader.Texts("tags")
		if err := reader.Err(); err != nil {
			return checks.Failing(err), nil
		}
		if host == "" || user == "" {
			return nil, fmt.Errorf("Mysql %s and %s are needed.", hostKey, userKey) //nolint:staticcheck // the original's text
		}
		config := driver.NewConfig()
		config.Net, config.Addr = "tcp", net.JoinHostPort(host, strconv.Itoa(port))
		config.User, config.Timeout = user, connectTimeout
		var err error
		if config.Passwd, err = checks.Latin1(password); err != nil {
			return checks.Failing(err), nil
		}
		if config.TLS, err = tlsOf(instance["ssl"]); err != nil {
			return checks.Failing(err), nil
		}
		// Its errors are those of the check.
		config.Logger = log.New(io.Discard, "", 0)
		return &check{
			config: config, host: host, tags: tags,
			said: append([]string{"server:" + host, "port:" + strconv.Itoa(port)}, tags...),
		}, nil
	}
}

// Run connects and sends what the original sends of the server's status.
func (c *check) Run(ctx context.Context, sender checks.Sender) error {
	err := c.collect(ctx, sender)
	if err != nil {
		err = c.describe(err)
		sender.ServiceCheck("mysql.can_connect", checks.Critical, c.said, err.Error())
		return err
	}
	sender.ServiceCheck("mysql.can_connect", checks.OK, c.said, "")
	return nil
}

func (c *check) collect(ctx context.Context, sender checks.Sender) error {
	connector, err := driver.NewConnector(c.config)
	if err != nil {
		return err
	}
	database := sql.OpenDB(connector)
	defer func() { _ = database.Close() }()
	status, err := pairs(ctx, database, "SHOW /*!50002 GLOBAL */ STATUS")
	if err != nil {
		return err
	}
	limits, err := pairs(ctx, database, "SHOW GLOBAL VARIABLES LIKE 'max_connections'")
	if err != nil {
		return err
	}
	for name, metric := range gauges {
		if value, isNumber := status[name]; isNumber {
			sender.Gauge(metric, value, c.tags)
		}
	}
	for name, metric := range rates {
		if value, isNumber := status[name]; isNumber {
			sender.Rate(metric, value, c.tags)
		}
	}
	if value, isNumber := limits["max_connections"]; isNumber {
		sender.Gauge("mysql.net.max_connections_available", value, c.tags)
	}
	return nil
}

// pairs are the numbers in a result of names and values.
func pairs(ctx context.Context, database *sql.DB, question string) (map[string]float64, error) {
	rows, err := database.QueryContext(ctx, question)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	found := map[string]float64{}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, err
		}
		if number, err := strconv.ParseFloat(value, 64); err == nil {
			found[name] = number
		}
	}
	return found, rows.Err()
}

// describe gives a failure the words of the original's library.
func (c *check) describe(err error) error {
	var answered *driver.MySQLError
	var connection *net.OpError
	switch {
	case errors.As(err, &answered):
		return fmt.Errorf("(%d, %q)", answered.Number, answered.Message)
	case errors.Is(err, errUnverified):
		return fmt.Errorf("(2003, \"Can't connect to MySQL server on '%s' (%s)\")", c.host, errUnverified)
	case errors.As(err, &connection):
		return fmt.Errorf("(2003, \"Can't connect to MySQL server on '%s' (%s)\")", c.host, connection.Err)
	default:
		return err
	}
}
