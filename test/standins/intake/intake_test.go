package main

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

const (
	key  = "0123456789abcdef0123456789abcdef"
	body = `{"series":[{"metric":"m","tags":["a:b"],"host":"h","type":"gauge","points":[[1,2]]}]}`
)

type setUp struct {
	t      *testing.T
	intake *Server
	url    string
}

func start(t *testing.T, allowed ...string) setUp {
	t.Helper()
	intake := newServer(allowed)
	server := httptest.NewServer(intake)
	t.Cleanup(server.Close)
	return setUp{t, intake, server.URL}
}

func (s setUp) post(path, content string, headers ...string) int {
	s.t.Helper()
	request, err := http.NewRequest(http.MethodPost, s.url+path, strings.NewReader(content))
	if err != nil {
		s.t.Fatal(err)
	}
	for index := 0; index < len(headers); index += 2 {
		request.Header.Set(headers[index], headers[index+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

func (s setUp) recorded(query string) Recorded {
	s.t.Helper()
	response, err := http.Get(s.url + "/recorded" + query)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var recorded Recorded
	if err := json.NewDecoder(response.Body).Decode(&recorded); err != nil {
		s.t.Fatal(err)
	}
	return recorded
}

func TestSeriesAreRecordedWithoutTheKey(t *testing.T) {
	s := start(t)
	if status := s.post("/api/v1/series", body, "DD-API-KEY", key); status != http.StatusAccepted {
		t.Fatalf("status %d", status)
	}
	if status := s.post("/api/v1/series/?api_key="+key, body); status != http.StatusAccepted {
		t.Fatalf("status %d", status)
	}
	recorded := s.recorded("")
	sum := sha256.Sum256([]byte(key))
	if len(recorded.Series) != 2 {
		t.Fatalf("%d series", len(recorded.Series))
	}
	for _, series := range recorded.Series {
		if series.Metric != "m" || series.Tags[0] != "a:b" || series.Points[0] != [2]float64{1, 2} || series.Proxied ||
			series.APIKeyDigest != hex.EncodeToString(sum[:]) {
			t.Errorf("unexpected series: %+v", series)
		}
	}
	text, err := json.Marshal(recorded)
	if err != nil || bytes.Contains(text, []byte(key)) {
		t.Errorf("the key is in the record: %s, %v", text, err)
	}
}

func TestTheOtherEndpoints(t *testing.T) {
	s := start(t)
	v2 := `{"series":[{"metric":"n","type":3,"points":[{"timestamp":1,"value":2}],"resources":[{"type":"host","name":"h"}]}]}`
	for path, content := range map[string]string{
		"/api/v2/series": v2, "/api/v1/check_run": `[{"check":"c","host_name":"h","status":2,"tags":["x"]}]`,
		"/api/v1/check_run/": `{"check":"d","status":0}`, "/intake/": `{}`, "/intake/metrics": `{}`,
	} {
		if status := s.post(path, content); status != http.StatusAccepted {
			t.Errorf("%s: status %d", path, status)
		}
	}
	recorded := s.recorded("")
	if len(recorded.Series) != 1 || recorded.Series[0].Type != "gauge" || recorded.Series[0].Host != "h" || len(recorded.CheckRuns) != 2 {
		t.Errorf("recorded %+v", recorded)
	}
	for path, want := range map[string]int{"/api/v9/nothing": http.StatusNotFound, "/api/v1/series": http.StatusBadRequest} {
		if status := s.post(path, "no JSON"); status != want {
			t.Errorf("%s: status %d, want %d", path, status, want)
		}
	}
}

func TestLogsCarryTheTagsOfTheirHost(t *testing.T) {
	s := start(t)
	s.post("/intake/", `{"internalHostname":"h","host-tags":{"system":["stack:s"]}}`)
	line := `[{"message":"m","status":"info","hostname":"h","service":"a","ddsource":"b","ddtags":"c:d,e:f"}]`
	if status := s.post("/api/v2/logs", line, "DD-API-KEY", key); status != http.StatusAccepted {
		t.Fatalf("status %d", status)
	}
	logs := s.recorded("").Logs
	if len(logs) != 1 || logs[0].Message != "m" || logs[0].Service != "a" || logs[0].Source != "b" || logs[0].APIKeyDigest == "" ||
		strings.Join(logs[0].Tags, " ") != "c:d e:f stack:s" {
		t.Errorf("recorded %+v", logs)
	}
	if status := s.post("/api/v2/logs", "{}"); status != http.StatusBadRequest {
		t.Errorf("no list: status %d", status)
	}
}

func TestSpansCarryTheTagsOfTheirContainerAndHost(t *testing.T) {
	s := start(t)
	s.post("/intake/", `{"internalHostname":"h","host-tags":{"system":["stack:s"]}}`)
	// Written by hand: a payload of the host h with one tracer, its chunk with a span (service, name), and its tags.
	span := "0a04" + "63617274" + "1203" + "706179"
	chunk := "1a0b" + span
	tags := "0a12" + hex.EncodeToString([]byte("_dd.tags.container")) + "1207" + hex.EncodeToString([]byte("a:b,c:d"))
	tracer := "320d" + chunk + "3a1d" + tags
	message, err := hex.DecodeString("0a0168" + "2a2e" + tracer)
	if err != nil {
		t.Fatal(err)
	}
	if status := s.post("/api/v0.2/traces", string(message), "Content-Type", "application/x-protobuf"); status != http.StatusAccepted {
		t.Fatalf("status %d", status)
	}
	spans := s.recorded("").Spans
	if len(spans) != 1 || spans[0].Service != "cart" || spans[0].Name != "pay" || spans[0].Host != "h" ||
		strings.Join(spans[0].Tags, " ") != "a:b c:d stack:s" {
		t.Errorf("recorded %+v", spans)
	}
	if status := s.post("/api/v0.2/traces", string(message[:20])); status != http.StatusBadRequest {
		t.Errorf("half a message: status %d", status)
	}
}

func TestSeriesAsProtobuf(t *testing.T) {
	s := start(t)
	// Written by hand: a series with its resource, metric, tag, point, type and interval.
	message, err := hex.DecodeString("0a24" + "0a09" + "0a04686f7374" + "120168" + "12016d" + "1a03613a62" + "220b" + "090000000000000040" + "1001" + "2803" + "400f")
	if err != nil {
		t.Fatal(err)
	}
	if status := s.post("/api/v2/series", string(message), "Content-Type", "application/x-protobuf", "DD-API-KEY", key); status != http.StatusAccepted {
		t.Fatalf("status %d", status)
	}
	recorded := s.recorded("").Series
	if len(recorded) != 1 || recorded[0].Metric != "m" || recorded[0].Host != "h" || recorded[0].Type != "gauge" ||
		recorded[0].Tags[0] != "a:b" || recorded[0].Points[0] != [2]float64{1, 2} || recorded[0].APIKeyDigest == "" {
		t.Errorf("recorded %+v", recorded)
	}
	if status := s.post("/api/v2/series", string(message[:20]), "Content-Type", "application/x-protobuf"); status != http.StatusBadRequest {
		t.Errorf("half a message: status %d", status)
	}
}

func TestMetadataIsRecordedWithoutTheKey(t *testing.T) {
	s := start(t)
	s.post("/intake/?api_key="+key, `{"apiKey":"`+key+`","tags":["x"]}`)
	if got := s.recorded("").Metadata; len(got) != 1 || got[0] != `{"apiKey":"","tags":["x"]}` {
		t.Errorf("recorded %q", got)
	}
}

func TestTheTagsOfAHostAreOnAllThatComesFromItLater(t *testing.T) {
	s := start(t)
	checkRun := `[{"check":"c","host_name":"h","tags":["a:b"]},{"check":"c","host_name":"other","tags":["a:b"]}]`
	s.post("/api/v1/series", body)
	s.post("/intake/", `{"internalHostname":"h","host-tags":{"system":["stack:s","a:b"]}}`)
	s.post("/intake/", `{"internalHostname":"h","events":{}}`)
	s.post("/reset", "")
	s.post("/api/v1/series", body)
	s.post("/api/v1/check_run", checkRun)
	recorded := s.recorded("")
	if got := strings.Join(recorded.Series[0].Tags, " "); got != "a:b stack:s" {
		t.Errorf("series: %s", got)
	}
	if got := strings.Join(recorded.CheckRuns[0].Tags, " "); got != "a:b stack:s" {
		t.Errorf("check run: %s", got)
	}
	if got := strings.Join(recorded.CheckRuns[1].Tags, " "); got != "a:b" {
		t.Errorf("another host's check run: %s", got)
	}
}

func TestCompressedBodies(t *testing.T) {
	s := start(t)
	for encoding, writer := range map[string]func(io.Writer) io.WriteCloser{
		"gzip":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		"deflate": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
		"zstd": func(w io.Writer) io.WriteCloser {
			packer, err := zstd.NewWriter(w)
			if err != nil {
				t.Fatal(err)
			}
			return packer
		},
	} {
		var packed bytes.Buffer
		packer := writer(&packed)
		_, _ = io.WriteString(packer, body)
		_ = packer.Close()
		if status := s.post("/api/v1/series", packed.String(), "Content-Encoding", encoding); status != http.StatusAccepted {
			t.Errorf("%s: status %d", encoding, status)
		}
	}
	for _, encoding := range []string{"br", "zstd"} {
		if status := s.post("/api/v1/series", body, "Content-Encoding", encoding); status != http.StatusBadRequest {
			t.Errorf("%s that is none: status %d", encoding, status)
		}
	}
	if recorded := s.recorded(""); len(recorded.Series) != 3 {
		t.Errorf("%d series", len(recorded.Series))
	}
}

func TestSinceAndReset(t *testing.T) {
	s := start(t)
	now := time.UnixMilli(1000)
	s.intake.now = func() time.Time { return now }
	s.post("/api/v1/series", body)
	now = time.UnixMilli(2000)
	s.post("/api/v1/series", body)
	if recorded := s.recorded("?since=2000"); len(recorded.Series) != 1 || recorded.Series[0].ReceivedAt != 2000 {
		t.Errorf("since: %+v", recorded.Series)
	}
	s.post("/reset", "")
	if recorded := s.recorded(""); len(recorded.Series) != 0 || len(recorded.Requests) != 0 {
		t.Errorf("after reset: %+v", recorded)
	}
}

func TestInjectedFailures(t *testing.T) {
	s := start(t)
	s.post("/fail?times=2&status=502", "")
	var got []int
	for range 3 {
		got = append(got, s.post("/api/v1/series", body))
	}
	if got[0] != 502 || got[1] != 502 || got[2] != http.StatusAccepted {
		t.Errorf("statuses %v", got)
	}
	s.post("/fail?keys=invalid", "")
	if status := s.post("/api/v1/series", body); status != http.StatusForbidden {
		t.Errorf("status %d", status)
	}
}

func through(t *testing.T, proxy, address string) (int, error) {
	t.Helper()
	parsed, err := url.Parse(proxy)
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(parsed)}}
	response, err := client.Post(address, "application/json", strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	_ = response.Body.Close()
	return response.StatusCode, nil
}

func TestTheProxyReachesThisIntakeAndWhatIsAllowed(t *testing.T) {
	other := start(t)
	s := start(t, strings.TrimPrefix(other.url, "http://"))
	for _, address := range []string{"http://intake/api/v1/series", s.url + "/api/v1/series"} {
		if status, err := through(t, s.url, address); status != http.StatusAccepted {
			t.Errorf("%s: status %d, %v", address, status, err)
		}
	}
	recorded := s.recorded("")
	if len(recorded.Series) != 2 || !recorded.Series[0].Proxied || !recorded.Series[1].Proxied {
		t.Errorf("recorded %+v", recorded.Series)
	}
	if status, err := through(t, s.url, other.url+"/api/v1/series"); status != http.StatusAccepted {
		t.Errorf("allowed: status %d, %v", status, err)
	}
	if got := other.recorded("").Series; len(got) != 1 || !got[0].Proxied {
		t.Errorf("the other intake recorded %+v", got)
	}
	if status, err := through(t, s.url, "http://elsewhere.invalid/"); status != http.StatusForbidden {
		t.Errorf("elsewhere: status %d, %v", status, err)
	}
}

func TestTunnelsAreRecordedAndReachOnlyWhatIsAllowed(t *testing.T) {
	secure := httptest.NewTLSServer(http.HandlerFunc(func(response http.ResponseWriter, _ *http.Request) { response.WriteHeader(http.StatusTeapot) }))
	defer secure.Close()
	host := strings.TrimPrefix(secure.URL, "https://")
	s := start(t, host)
	proxy, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	transport := secure.Client().Transport.(*http.Transport).Clone()
	transport.Proxy = http.ProxyURL(proxy)
	response, err := (&http.Client{Transport: transport}).Get(secure.URL)
	if err != nil || response.StatusCode != http.StatusTeapot {
		t.Fatalf("through the tunnel: %v, %v", response, err)
	}
	_ = response.Body.Close()
	if _, err := (&http.Client{Transport: transport}).Get("https://elsewhere.invalid/"); err == nil {
		t.Error("elsewhere was reached")
	}
	if got := s.recorded("").Tunnels; len(got) != 2 || got[0] != host || got[1] != "elsewhere.invalid:443" {
		t.Errorf("tunnels %q", got)
	}
}

func TestTheRecordIsBounded(t *testing.T) {
	record := newRecord()
	for range 3 {
		record.append(make([]Series, maxRecorded/2), nil)
	}
	if got := len(record.since(0).Series); got != maxRecorded {
		t.Errorf("%d entries", got)
	}
}
