// Package tlscheck runs the check tls: a server's protocol version and certificate.
//
// Options, metrics, tags and service checks follow tls/datadog_checks/tls of DataDog/integrations-core. Certificates of files,
// client certificates and thresholds are refused.
package tlscheck

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/integration"
)

// Integration describes the check to the agent; generation 5 does not have it.
var Integration = checks.Integration{
	Loader:          "python",
	Version:         "4.0.0",
	Make:            newCheck,
	InstanceOptions: []string{"name", "server", "port", "server_hostname", "tls_verify", "tls_validate_hostname"},
}

const (
	timeout  = 10 * time.Second
	warning  = 14 * 24 * time.Hour
	critical = 7 * 24 * time.Hour
)

type check struct {
	server, port, hostname string
	verify, validate       bool
	tags                   []string
	now                    func() time.Time
}

func newCheck(environment checks.Environment, _, instance integration.RawMap) (checks.Check, error) {
	reader := environment.Options(instance)
	reader.Required("server")
	made := &check{
		server: hostOf(reader.Text("server")), port: strconv.Itoa(reader.Integer("port", 443)), hostname: reader.Text("server_hostname"),
		verify: reader.Boolean("tls_verify", true), validate: reader.Boolean("tls_validate_hostname", true),
		tags: reader.Texts("tags"), now: environment.Now,
	}
	name := reader.Text("name")
	if err := reader.Err(); err != nil {
		return checks.Failing(err), nil
	}
	if made.hostname == "" {
		made.hostname = made.server
	}
	if name != "" {
		made.tags = append(made.tags, "name:"+name)
	}
	made.tags = append(made.tags, "server_hostname:"+made.hostname, "server:"+made.server, "port:"+made.port)
	if made.now == nil {
		made.now = time.Now
	}
	return made, nil
}

// hostOf reads the server as the original does: as in a URL, where an IPv6 address is in brackets.
func hostOf(server string) string {
	if inside, bracketed := strings.CutPrefix(server, "["); bracketed {
		host, _, _ := strings.Cut(inside, "]")
		return host
	}
	host, _, _ := strings.Cut(server, ":")
	return host
}

// Run connects and looks at the certificate. Like the original, what is wrong is a service check, and no error.
func (c *check) Run(ctx context.Context, sender checks.Sender) error {
	connection, err := (&net.Dialer{Timeout: timeout}).DialContext(ctx, "tcp", net.JoinHostPort(c.server, c.port))
	if err != nil {
		sender.ServiceCheck("tls.can_connect", checks.Critical, c.tags, err.Error())
		return nil
	}
	defer func() { _ = connection.Close() }()
	sender.ServiceCheck("tls.can_connect", checks.OK, c.tags, "")
	_ = connection.SetDeadline(time.Now().Add(timeout))
	// The names and dates are looked at below.
	secure := tls.Client(connection, &tls.Config{ServerName: c.hostname, InsecureSkipVerify: true}) //nolint:gosec // as said above
	if err := secure.HandshakeContext(ctx); err != nil {
		sender.ServiceCheck("tls.cert_validation", checks.Critical, c.tags, err.Error())
		return nil
	}
	state := secure.ConnectionState()
	if err := c.verified(state.PeerCertificates); err != nil {
		sender.ServiceCheck("tls.cert_validation", checks.Critical, c.tags, err.Error())
		return nil
	}
	status := checks.Critical
	if state.Version >= tls.VersionTLS12 {
		status = checks.OK
	}
	sender.ServiceCheck("tls.version", status, c.tags, "")
	certificate := state.PeerCertificates[0]
	if c.validate && certificate.VerifyHostname(c.hostname) != nil {
		sender.ServiceCheck("tls.cert_validation", checks.Critical, c.tags, "The hostname on the certificate does not match the given host")
	} else {
		sender.ServiceCheck("tls.cert_validation", checks.OK, c.tags, "")
	}
	c.sendAge(sender, certificate)
	return nil
}

func (c *check) verified(chain []*x509.Certificate) error {
	if !c.verify {
		return nil
	}
	further := x509.NewCertPool()
	for _, one := range chain[1:] {
		further.AddCert(one)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{Intermediates: further, CurrentTime: c.now()})
	return err
}

func (c *check) sendAge(sender checks.Sender, certificate *x509.Certificate) {
	left := certificate.NotAfter.Sub(c.now())
	sender.Gauge("tls.days_left", left.Hours()/24, c.tags)
	sender.Gauge("tls.seconds_left", left.Seconds(), c.tags)
	status := checks.OK
	if left < critical {
		status = checks.Critical
	} else if left < warning {
		status = checks.Warning
	}
	sender.ServiceCheck("tls.cert_expiration", status, c.tags, fmt.Sprintf("Certificate will expire in %g days", left.Hours()/24))
}
