package mysql

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"

	"datadog-hosts/standins/agent/integration"
)

// tlsOf reads the option ssl as the original's library does: without it there is no TLS, and without a ca nothing is verified.
func tlsOf(option any) (*tls.Config, error) {
	var ca, checksName any
	switch mapping := option.(type) {
	case nil:
		return nil, nil
	case integration.RawMap:
		ca, checksName = mapping["ca"], mapping["check_hostname"]
	case map[any]any:
		ca, checksName = mapping["ca"], mapping["check_hostname"]
	default:
		return nil, errors.New("ssl\n  Input should be a valid dictionary")
	}
	config := &tls.Config{InsecureSkipVerify: true} //nolint:gosec // without a ca, nothing is verified; else below
	if ca == nil {
		return config, nil
	}
	if checksName != false {
		return nil, errors.New("this stand-in compares no name with a certificate")
	}
	path, isText := ca.(string)
	content, err := os.ReadFile(path)
	if !isText || err != nil {
		return nil, errors.New("[Errno 2] No such file or directory")
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(content)
	config.VerifyConnection = func(state tls.ConnectionState) error {
		intermediates := x509.NewCertPool()
		for _, certificate := range state.PeerCertificates[1:] {
			intermediates.AddCert(certificate)
		}
		_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: intermediates})
		if err != nil {
			return errUnverified
		}
		return nil
	}
	return config, nil
}

// errUnverified has the words of the original's library.
var errUnverified = errors.New("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate")
