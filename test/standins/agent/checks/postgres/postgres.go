// Package postgres runs the check of the same name against PostgreSQL.
//
// Options, metrics, tags and error texts follow postgres/datadog_checks/postgres of DataDog/integrations-core: the part
// that collects the databases' common statistics. Database monitoring, relations and custom queries are refused.
package postgres

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/integration"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Integration describes the check to the agent.
var Integration = checks.Integration{
	Loader:  "python",
	Version: "23.1.0",
	Make:    newCheck,
	InstanceOptions: []string{
		"host", "port", "username", "password", "dbname", "ssl", "ssl_root_cert", "dbstrict", "collect_default_database",
		"collect_database_size_metrics", "disable_generic_tags",
	},
}

// Generation5 is the older check: it leaves out the database postgres unless asked for it.
var Generation5 = checks.Integration{
	Loader:          "python",
	Version:         "5.32.8",
	Make:            newGeneration5,
	InstanceOptions: []string{"host", "port", "username", "password", "dbname", "ssl", "collect_default_database", "collect_database_size_metrics"},
}

const connectTimeout = 5 * time.Second

var sslModes = []string{"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}

type check struct {
	config          *pgx.ConnConfig
	host, port      string
	tags            []string
	database        string
	strict          bool
	defaultDatabase bool
	sizes           bool
}

func newGeneration5(environment checks.Environment, initConfig, instance integration.RawMap) (checks.Check, error) {
	return build(environment, instance, false)
}

func newCheck(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	return build(environment, instance, true)
}

func build(environment checks.Environment, instance integration.RawMap, defaultDatabase bool) (checks.Check, error) {
	reader := environment.Options(instance)
	made := &check{
		host: reader.Text("host"), port: "socket", database: reader.Text("dbname"), tags: reader.Texts("tags"),
		strict:          reader.Boolean("dbstrict", false),
		defaultDatabase: reader.Boolean("collect_default_database", defaultDatabase),
		sizes:           reader.Boolean("collect_database_size_metrics", true),
	}
	number := reader.Integer("port", 0)
	username, password := reader.Text("username"), reader.Text("password")
	mode := "allow"
	if text, isText := instance["ssl"].(string); isText && slices.Contains(sslModes, text) {
		mode = text
	} else if wanted, isBoolean := instance["ssl"].(bool); isBoolean && wanted {
		mode = "require"
	}
	generic := !reader.Boolean("disable_generic_tags", false)
	if made.database == "" {
		made.database = "postgres"
	}
	switch {
	case reader.Err() != nil:
		return checks.Failing(reader.Err()), nil
	case made.host == "":
		return nil, errors.New("Specify a Postgres host to connect to.") //nolint:staticcheck // the original's text
	case username == "":
		return nil, errors.New("Please specify a user to connect to Postgres.") //nolint:staticcheck // the original's text
	}
	if number != 0 {
		made.port = strconv.Itoa(number)
	}
	if generic {
		made.tags = append(made.tags, "server:"+made.host)
	}
	made.tags = append(made.tags, "port:"+made.port)
	connection := "sslmode=" + mode
	if mode != "allow" {
		// Without a host, the library takes the local socket, for which there is no TLS.
		connection += " host=127.0.0.1"
	}
	if root := reader.Text("ssl_root_cert"); root != "" {
		connection += " sslrootcert=" + root
	}
	config, err := pgx.ParseConfig(connection)
	if err != nil {
		// Like the original, which reads the file when it connects.
		return checks.Failing(err), nil
	}
	config.Host, config.User, config.Password, config.Database = made.host, username, password, made.database
	config.Port = 5432
	if number != 0 {
		config.Port = uint16(number)
	}
	for _, fallback := range config.Fallbacks {
		fallback.Host, fallback.Port = config.Host, config.Port
	}
	config.ConnectTimeout = connectTimeout
	made.config = config
	return made, nil
}

// Run connects and sends what the original sends of the databases' statistics.
func (c *check) Run(ctx context.Context, sender checks.Sender) error {
	serviceTags := append(slices.Clone(c.tags), "db:"+c.database)
	err := c.collect(ctx, sender)
	if err != nil {
		err = c.describe(err)
		sender.ServiceCheck("postgres.can_connect", checks.Critical, serviceTags, err.Error())
		return err
	}
	sender.ServiceCheck("postgres.can_connect", checks.OK, serviceTags, "")
	return nil
}

// describe gives a failed connection the words of the original's library.
func (c *check) describe(err error) error {
	where := fmt.Sprintf(`connection to server at "%s", port %d failed: `, c.host, c.config.Port)
	var answered *pgconn.PgError
	var lookup *net.DNSError
	var timeout net.Error
	var unsigned x509.UnknownAuthorityError
	switch {
	case errors.As(err, &unsigned):
		return errors.New(where + "SSL error: certificate verify failed")
	case strings.Contains(err.Error(), "server refused TLS connection"):
		return errors.New(where + "server does not support SSL, but SSL was required")
	case errors.As(err, &answered):
		return errors.New(where + answered.Severity + ":  " + answered.Message)
	case errors.As(err, &lookup):
		return fmt.Errorf(`could not translate host name "%s" to address: Name or service not known`, c.host)
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New(where + "Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?")
	case errors.As(err, &timeout) && timeout.Timeout():
		return errors.New(where + "timeout expired")
	}
	// The driver's own texts carry the connection's settings; the last part is what went wrong.
	parts := strings.Split(err.Error(), ": ")
	return errors.New(where + parts[len(parts)-1])
}
