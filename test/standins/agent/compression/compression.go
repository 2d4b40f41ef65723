// Package compression packs what the agent sends.
package compression

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"

	"github.com/klauspost/compress/zstd"
)

// Kind is a value of DD_SERIALIZER_COMPRESSOR_KIND.
type Kind string

// The kinds that the original knows; Zstd is its default. Generation 5 knows Zlib alone.
const (
	Zstd Kind = "zstd"
	Zlib Kind = "zlib"
	Gzip Kind = "gzip"
	None Kind = "none"
)

// Encoding is the value of the header Content-Encoding; empty for None.
func (k Kind) Encoding() string {
	if k == Zlib {
		return "deflate"
	}
	if k == None {
		return ""
	}
	return string(k)
}

// Pack returns a body in the form that Encoding names.
func (k Kind) Pack(body []byte) ([]byte, error) {
	var packed bytes.Buffer
	packer, err := k.writer(&packed)
	if err != nil {
		return nil, err
	}
	if packer == nil {
		return body, nil
	}
	if _, err := packer.Write(body); err != nil {
		return nil, err
	}
	if err := packer.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

func (k Kind) writer(into io.Writer) (io.WriteCloser, error) {
	switch k {
	case Zstd:
		return zstd.NewWriter(into, zstd.WithEncoderConcurrency(1))
	case Zlib:
		return zlib.NewWriter(into), nil
	case Gzip:
		return gzip.NewWriter(into), nil
	default:
		return nil, nil
	}
}
