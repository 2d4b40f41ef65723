package redisdb

import (
	"context"
	"strings"
	"testing"

	"datadog-hosts/standins/agent/checks"
	"datadog-hosts/standins/agent/checks/recording"
	"datadog-hosts/standins/agent/integration"
)

func TestInfoBecomesMetrics(t *testing.T) {
	info := parseInfo("# Server\r\nrole:master\r\nconnected_clients:3\r\ntotal_commands_processed:50\r\ndb0:keys=4,expires=1,avg_ttl=0\r\n")
	sender := &recording.Sender{}
	sendInfo(sender, info, []string{"project:a"})
	for _, line := range []string{
		"gauge redis.net.clients 3 [project:a]", "rate redis.net.commands 50 [project:a]",
		"gauge redis.keys 4 [project:a redis_db:db0]", "gauge redis.expires 1 [project:a redis_db:db0]",
		"gauge redis.persist 3 [project:a redis_db:db0]", "gauge redis.persist.percent 75 [project:a redis_db:db0]",
	} {
		if !sender.Has(line) {
			t.Errorf("no %q in %q", line, sender.Lines)
		}
	}
}

func TestInstancesThatCannotWork(t *testing.T) {
	if _, err := newCheck(checks.Environment{}, nil, integration.RawMap{"host": "a"}); err == nil || !strings.Contains(err.Error(), "host/port couple") {
		t.Errorf("no port: %v", err)
	}
	cases := map[string]struct {
		instance integration.RawMap
		want     string
	}{
		"a null host":       {integration.RawMap{"host": nil, "port": 1}, "host\n  none is not an allowed value"},
		"a wrong port":      {integration.RawMap{"host": "a", "port": "x"}, "port\n  Input should be a valid integer"},
		"nobody there":      {integration.RawMap{"host": "127.0.0.1", "port": 1}, "Error 111 connecting to 127.0.0.1:1. Connection refused."},
		"no such name":      {integration.RawMap{"host": "no.invalid", "port": 1}, "Error -2 connecting to no.invalid:1. Name or service not known."},
		"no such socket":    {integration.RawMap{"unix_socket_path": "/nowhere"}, "Error 2 connecting to unix socket: /nowhere. No such file or directory."},
		"a tag that is one": {integration.RawMap{"host": "a", "port": 1, "tags": []any{1}}, "tags.0\n  Input should be a valid string"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			made, err := newCheck(checks.Environment{}, nil, test.instance)
			if err != nil {
				t.Fatal(err)
			}
			if err := made.Run(context.Background(), &recording.Sender{}); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
}
