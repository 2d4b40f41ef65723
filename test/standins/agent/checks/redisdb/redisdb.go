// Package redisdb runs the check of the same name against a Redis server.
//
// Options, metrics, tags and error texts follow redisdb/datadog_checks/redisdb of DataDog/integrations-core.
package redisdb

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"syscall"
	"time"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/integration"
	"github.com/redis/go-redis/v9"
)

// Integration describes the check to the agent.
var Integration = checks.Integration{
	Loader:  "python",
	Version: "8.1.0",
	Make:    newCheck,
	InstanceOptions: []string{
		"host", "port", "db", "username", "password", "unix_socket_path", "keys", "warn_on_missing_keys",
		"slowlog-max-len", "command_stats", "collect_client_metrics", "socket_timeout", "disable_connection_cache",
		"ssl", "ssl_cert_reqs",
	},
}

// Generation5 is the older check, which knows no user names.
var Generation5 = checks.Integration{
	Loader:  "python",
	Version: "1.7.1",
	Make:    newCheck,
	InstanceOptions: []string{
		"host", "port", "db", "password", "unix_socket_path", "keys", "warn_on_missing_keys", "slowlog-max-len",
		"command_stats", "socket_timeout", "disable_connection_cache", "ssl", "ssl_cert_reqs",
	},
}

const (
	defaultTimeout        = 5 * time.Second
	defaultSlowlogEntries = 128
)

// The library logs each failure by itself; the check's error says it already.
func init() { redis.SetLogger(silent{}) }

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

type check struct {
	options           options
	tags              []string
	lastSlowlogSecond int64
}

type options struct {
	host, username, password, socket string
	port, db, slowlogEntries         int
	hasDB, warnOnMissingKeys         bool
	commandStats, clientMetrics      bool
	tls                              *tls.Config
	keys                             []string
	timeout                          time.Duration
}

func newCheck(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	_, hasHost := instance["host"]
	_, hasPort := instance["port"]
	_, hasSocket := instance["unix_socket_path"]
	if (!hasHost || !hasPort) && !hasSocket {
		return nil, errors.New("You must specify a host/port couple or a unix_socket_path") //nolint:staticcheck // the original's text
	}
	reader := environment.Options(instance)
	if !hasSocket {
		reader.Required("host", "port")
	}
	parsed := options{
		host: reader.Text("host"), port: reader.Integer("port", 0),
		db: reader.Integer("db", 0), hasDB: reader.Has("db"),
		username: reader.Text("username"), password: reader.Text("password"), socket: reader.Text("unix_socket_path"),
		keys: reader.Texts("keys"), warnOnMissingKeys: reader.Boolean("warn_on_missing_keys", true),
		slowlogEntries: reader.Integer("slowlog-max-len", 0), commandStats: reader.Boolean("command_stats", false),
		clientMetrics: reader.Boolean("collect_client_metrics", false),
		timeout:       time.Duration(reader.Integer("socket_timeout", int(defaultTimeout/time.Second))) * time.Second,
	}
	reader.Boolean("disable_connection_cache", false)
	// The numbers are those of Python's ssl: 0 accepts any certificate. Names are not compared with it.
	if required := reader.Integer("ssl_cert_reqs", 2); reader.Boolean("ssl", false) {
		parsed.tls = signedBySystem()
		if required == 0 {
			parsed.tls = &tls.Config{InsecureSkipVerify: true} //nolint:gosec // ssl_cert_reqs: 0 asks for it
		}
	}
	tags := reader.Texts("tags")
	if err := reader.Err(); err != nil {
		return checks.Failing(err), nil
	}
	return &check{options: parsed, tags: append(parsed.ownTags(), tags...)}, nil
}

func (o options) ownTags() []string {
	if o.socket != "" {
		return []string{"redis_host:" + o.socket, "redis_port:unix_socket"}
	}
	return []string{"redis_host:" + o.host, "redis_port:" + strconv.Itoa(o.port)}
}

// signedBySystem accepts a certificate that the system's authorities have signed, whatever name is in it.
func signedBySystem() *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true, //nolint:gosec // the chain is verified below
		VerifyConnection: func(state tls.ConnectionState) error {
			intermediates := x509.NewCertPool()
			for _, certificate := range state.PeerCertificates[1:] {
				intermediates.AddCert(certificate)
			}
			if _, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{Intermediates: intermediates}); err != nil {
				return errors.New("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate") //nolint:staticcheck // the original's text
			}
			return nil
		},
	}
}

func (o options) client(db int) *redis.Client {
	settings := &redis.Options{
		Network: "tcp", Addr: net.JoinHostPort(o.host, strconv.Itoa(o.port)), DB: db,
		Username: o.username, Password: o.password, TLSConfig: o.tls,
		DialTimeout: o.timeout, ReadTimeout: o.timeout, WriteTimeout: o.timeout,
		MaxRetries: -1, DialerRetries: 1, PoolSize: 1, Protocol: 2, DisableIdentity: true,
	}
	if o.socket != "" {
		settings.Network, settings.Addr = "unix", o.socket
	}
	return redis.NewClient(settings)
}

// Run connects, reads INFO, and sends what the original sends.
func (c *check) Run(ctx context.Context, sender checks.Sender) error {
	client := c.options.client(c.options.db)
	defer func() { _ = client.Close() }()
	started := time.Now()
	text, err := client.Info(ctx).Result()
	if err != nil {
		err = c.describe(err)
		sender.ServiceCheck("redis.can_connect", checks.Critical, c.tags, "")
		return err
	}
	latency := float64(time.Since(started).Microseconds()) / 1000
	info := parseInfo(text)
	tags := slices.Clone(c.tags)
	if role := info["role"]; role != "" {
		tags = append(tags, "redis_role:"+role)
	}
	slices.Sort(tags)
	sender.Gauge("redis.info.latency_ms", latency, tags)
	sender.ServiceCheck("redis.can_connect", checks.OK, tags, "")
	sendInfo(sender, info, tags)
	c.sendConfig(ctx, client, sender, tags)
	if c.options.clientMetrics {
		if err := sendClients(ctx, client, sender, tags); err != nil {
			return c.describe(err)
		}
	}
	if err := c.sendKeyLengths(ctx, sender, info, tags); err != nil {
		return c.describe(err)
	}
	if c.options.commandStats {
		sendCommandStats(ctx, client, sender, tags)
	}
	return c.sendSlowlog(ctx, client, sender)
}

// describe turns an error of the client library into the words of the original's library.
func (c *check) describe(err error) error {
	var lookup *net.DNSError
	var timeout net.Error
	target := fmt.Sprintf("%s:%d", c.options.host, c.options.port)
	if c.options.socket != "" {
		target = "unix socket: " + c.options.socket
	}
	switch {
	case errors.As(err, &lookup):
		return fmt.Errorf("Error -2 connecting to %s. Name or service not known.", target) //nolint:staticcheck // the original's text
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("Error 111 connecting to %s. Connection refused.", target) //nolint:staticcheck // the original's text
	case errors.Is(err, syscall.EHOSTUNREACH):
		return fmt.Errorf("Error 113 connecting to %s. No route to host.", target) //nolint:staticcheck // the original's text
	case errors.Is(err, syscall.ENOENT):
		return fmt.Errorf("Error 2 connecting to %s. No such file or directory.", target) //nolint:staticcheck // the original's text
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return errors.New("Timeout connecting to server") //nolint:staticcheck // the original's text
	}
	return err
}

func (c *check) sendConfig(ctx context.Context, client *redis.Client, sender checks.Sender, tags []string) {
	// CONFIG is disabled in some places: then there is no such metric.
	values, err := client.ConfigGet(ctx, "maxclients").Result()
	if err != nil {
		return
	}
	if limit, err := strconv.ParseFloat(values["maxclients"], 64); err == nil {
		sender.Gauge("redis.net.maxclients", limit, tags)
	}
}

func (c *check) sendSlowlog(ctx context.Context, client *redis.Client, sender checks.Sender) error {
	entries := c.options.slowlogEntries
	if entries == 0 {
		entries = defaultSlowlogEntries
		if values, err := client.ConfigGet(ctx, "slowlog-max-len").Result(); err == nil {
			if configured, err := strconv.Atoi(values["slowlog-max-len"]); err == nil {
				entries = min(entries, configured)
			}
		}
	}
	logged, err := client.SlowLogGet(ctx, int64(entries)).Result()
	if err != nil {
		return c.describe(err)
	}
	newest := c.lastSlowlogSecond
	for _, entry := range logged {
		second := entry.Time.Unix()
		if second <= c.lastSlowlogSecond {
			continue
		}
		newest = max(newest, second)
		tags := slices.Clone(c.tags)
		if len(entry.Args) > 0 {
			tags = append(tags, "command:"+entry.Args[0])
		}
		// The original sends a histogram; its maximum is the part of it that one entry decides.
		sender.Gauge("redis.slowlog.micros.max", float64(entry.Duration.Microseconds()), tags)
	}
	c.lastSlowlogSecond = newest
	return nil
}
