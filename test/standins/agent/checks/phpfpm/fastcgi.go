package phpfpm

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
)

// Record types and the role of the FastCGI specification, version 1.
const (
	version      = 1
	beginRequest = 1
	endRequest   = 3
	params       = 4
	stdin        = 5
	stdout       = 6
	responder    = 1
)

// ask sends one GET over FastCGI, with the variables that the original sends, and returns the answer's body.
func ask(ctx context.Context, address, query string) (string, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	port := parsed.Port()
	if port == "" {
		port = "9000"
	}
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(parsed.Hostname(), port))
	if err != nil {
		return "", err
	}
	defer func() { _ = connection.Close() }()
	if deadline, given := ctx.Deadline(); given {
		_ = connection.SetDeadline(deadline)
	}
	if _, err := connection.Write(request(parsed, port, query)); err != nil {
		return "", err
	}
	answer, err := read(connection)
	if err != nil {
		return "", err
	}
	headers, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(answer))).ReadMIMEHeader()
	if err != nil {
		return "", err
	}
	if status := headers.Get("Status"); status != "" && !strings.HasPrefix(status, "200") {
		return "", fmt.Errorf("%s for url: %s", status, address)
	}
	_, body, _ := bytes.Cut(answer, []byte("\r\n\r\n"))
	return string(body), nil
}

func request(address *url.URL, port, query string) []byte {
	var variables []byte
	for name, value := range map[string]string{
		"CONTENT_LENGTH": "0", "DOCUMENT_ROOT": "/", "GATEWAY_INTERFACE": "FastCGI/1.1", "QUERY_STRING": query, "REMOTE_ADDR": "127.0.0.1",
		"REQUEST_METHOD": http.MethodGet, "REQUEST_URI": address.Path, "SCRIPT_FILENAME": address.Path, "SCRIPT_NAME": address.Path,
		"SERVER_NAME": address.Hostname(), "SERVER_PORT": port, "SERVER_PROTOCOL": "HTTP/1.1", "SERVER_SOFTWARE": "datadog-php-fpm",
	} {
		variables = append(variables, byte(len(name)))
		variables = binary.BigEndian.AppendUint32(variables, uint32(len(value))|1<<31)
		variables = append(variables, name+value...)
	}
	whole := record(beginRequest, []byte{0, responder, 0, 0, 0, 0, 0, 0})
	whole = append(whole, record(params, variables)...)
	whole = append(whole, record(params, nil)...)
	return append(whole, record(stdin, nil)...)
}

func record(kind byte, content []byte) []byte {
	head := []byte{version, kind, 0, 1}
	head = binary.BigEndian.AppendUint16(head, uint16(len(content)))
	return append(append(head, 0, 0), content...)
}

func read(connection io.Reader) ([]byte, error) {
	var answer []byte
	for len(answer) < 1<<20 {
		head := make([]byte, 8)
		if _, err := io.ReadFull(connection, head); err != nil {
			return nil, err
		}
		length := int(binary.BigEndian.Uint16(head[4:6]))
		content := make([]byte, length+int(head[6]))
		if _, err := io.ReadFull(connection, content); err != nil {
			return nil, err
		}
		switch head[1] {
		case stdout:
			answer = append(answer, content[:length]...)
		case endRequest:
			return answer, nil
		}
	}
	return nil, errors.New("the answer is too long")
}
