package redisdb

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"datadog-hosts/standins/agent/checks"
	"github.com/redis/go-redis/v9"
)

// gauges maps a field of INFO to a metric.
var gauges = map[string]string{
	"active_defrag_running": "redis.active_defrag.running", "active_defrag_hits": "redis.active_defrag.hits",
	"active_defrag_misses": "redis.active_defrag.misses", "active_defrag_key_hits": "redis.active_defrag.key_hits",
	"active_defrag_key_misses":  "redis.active_defrag.key_misses",
	"aof_last_rewrite_time_sec": "redis.aof.last_rewrite_time", "aof_rewrite_in_progress": "redis.aof.rewrite",
	"aof_current_size": "redis.aof.size", "aof_buffer_length": "redis.aof.buffer_length",
	"connected_clients": "redis.net.clients", "connected_slaves": "redis.net.slaves",
	"rejected_connections": "redis.net.rejected", "blocked_clients": "redis.clients.blocked",
	"evicted_keys": "redis.keys.evicted", "expired_keys": "redis.keys.expired",
	"latest_fork_usec": "redis.perf.latest_fork_usec",
	"pubsub_channels":  "redis.pubsub.channels", "pubsub_patterns": "redis.pubsub.patterns",
	"rdb_bgsave_in_progress":      "redis.rdb.bgsave",
	"rdb_changes_since_last_save": "redis.rdb.changes_since_last",
	"rdb_last_bgsave_time_sec":    "redis.rdb.last_bgsave_time",
	"mem_fragmentation_ratio":     "redis.mem.fragmentation_ratio",
	"used_memory":                 "redis.mem.used", "used_memory_lua": "redis.mem.lua", "used_memory_peak": "redis.mem.peak",
	"used_memory_rss": "redis.mem.rss", "used_memory_startup": "redis.mem.startup",
	"used_memory_overhead": "redis.mem.overhead", "maxmemory": "redis.mem.maxmemory",
	"master_last_io_seconds_ago": "redis.replication.last_io_seconds_ago",
	"master_sync_in_progress":    "redis.replication.sync",
	"repl_backlog_histlen":       "redis.replication.backlog_histlen",
	"master_repl_offset":         "redis.replication.master_repl_offset",
	"slave_repl_offset":          "redis.replication.slave_repl_offset",
	"instantaneous_ops_per_sec":  "redis.net.instantaneous_ops_per_sec",
}

// rates maps a counter of INFO to a metric for each second.
var rates = map[string]string{
	"used_cpu_sys": "redis.cpu.sys", "used_cpu_sys_children": "redis.cpu.sys_children",
	"used_cpu_user": "redis.cpu.user", "used_cpu_user_children": "redis.cpu.user_children",
	"keyspace_hits": "redis.stats.keyspace_hits", "keyspace_misses": "redis.stats.keyspace_misses",
	"total_commands_processed": "redis.net.commands",
}

var databaseField = regexp.MustCompile(`^db\d+$`)

// parseInfo reads `field:value` lines; comments and empty lines are left out.
func parseInfo(text string) map[string]string {
	fields := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, found := strings.Cut(strings.TrimSpace(line), ":")
		if found && !strings.HasPrefix(name, "#") {
			fields[name] = value
		}
	}
	return fields
}

// parsePairs reads `keys=3,expires=0`.
func parsePairs(text string) map[string]float64 {
	pairs := map[string]float64{}
	for _, pair := range strings.Split(text, ",") {
		name, value, _ := strings.Cut(pair, "=")
		if number, err := strconv.ParseFloat(value, 64); err == nil {
			pairs[name] = number
		}
	}
	return pairs
}

func sendInfo(sender checks.Sender, info map[string]string, tags []string) {
	for field, text := range info {
		if databaseField.MatchString(field) {
			sendDatabase(sender, parsePairs(text), append(slices.Clone(tags), "redis_db:"+field))
			continue
		}
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			continue
		}
		if metric, known := gauges[field]; known {
			sender.Gauge(metric, value, tags)
		}
		if metric, known := rates[field]; known {
			sender.Rate(metric, value, tags)
		}
	}
}

func sendDatabase(sender checks.Sender, database map[string]float64, tags []string) {
	keys, expires := database["keys"], database["expires"]
	sender.Gauge("redis.persist", keys-expires, tags)
	if keys > 0 {
		sender.Gauge("redis.persist.percent", 100*(keys-expires)/keys, tags)
		sender.Gauge("redis.expires.percent", 100*expires/keys, tags)
	}
	sender.Gauge("redis.keys", keys, tags)
	sender.Gauge("redis.expires", expires, tags)
}

func sendClients(ctx context.Context, client *redis.Client, sender checks.Sender, tags []string) error {
	list, err := client.ClientList(ctx).Result()
	if err != nil {
		return err
	}
	counts := map[string]float64{}
	for line := range strings.Lines(list) {
		name := "unknown"
		for _, field := range strings.Fields(line) {
			if value, isName := strings.CutPrefix(field, "name="); isName && value != "" {
				name = value
			}
		}
		counts[name]++
	}
	for name, count := range counts {
		sender.Gauge("redis.net.connections", count, append(slices.Clone(tags), "source:"+name))
	}
	return nil
}

func sendCommandStats(ctx context.Context, client *redis.Client, sender checks.Sender, tags []string) {
	text, err := client.Info(ctx, "commandstats").Result()
	if err != nil {
		sender.Warn("Could not retrieve command stats from Redis. INFO COMMANDSTATS only works with Redis >= 2.6.")
		return
	}
	for field, pairs := range parseInfo(text) {
		command, isCommand := strings.CutPrefix(field, "cmdstat_")
		if !isCommand {
			continue
		}
		values := parsePairs(pairs)
		commandTags := append(slices.Clone(tags), "command:"+command)
		sender.Gauge("redis.command.calls", values["calls"], commandTags)
		sender.Gauge("redis.command.usec_per_call", values["usec_per_call"], commandTags)
	}
}
