package compression

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"testing"

	"github.com/klauspost/compress/zstd"
)

func TestWhatIsPackedCanBeUnpackedByItsEncoding(t *testing.T) {
	unpackers := map[string]func(io.Reader) (io.Reader, error){
		"zstd":    func(packed io.Reader) (io.Reader, error) { return zstd.NewReader(packed) },
		"deflate": func(packed io.Reader) (io.Reader, error) { return zlib.NewReader(packed) },
		"gzip":    func(packed io.Reader) (io.Reader, error) { return gzip.NewReader(packed) },
		"":        func(packed io.Reader) (io.Reader, error) { return packed, nil },
	}
	for _, kind := range []Kind{Zstd, Zlib, Gzip, None} {
		packed, err := kind.Pack([]byte("a body"))
		if err != nil {
			t.Fatal(err)
		}
		reader, err := unpackers[kind.Encoding()](bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(reader); err != nil || string(body) != "a body" {
			t.Errorf("%s: %q, %v", kind, body, err)
		}
	}
}
