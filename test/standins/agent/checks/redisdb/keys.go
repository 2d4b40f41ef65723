package redisdb

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"datadog-hosts/standins/agent/checks"
	"github.com/redis/go-redis/v9"
)

var pattern = regexp.MustCompile(`(^|[^\\])[*?\[]`)

// sendKeyLengths sends the length of each key that the instance lists: for each database that has it, and 0 once for a
// key that none has.
func (c *check) sendKeyLengths(ctx context.Context, sender checks.Sender, info map[string]string, tags []string) error {
	if c.options.keys == nil {
		return nil
	}
	if len(c.options.keys) == 0 {
		sender.Warn("keys in redis configuration is either not a list or empty")
		return nil
	}
	databases := databasesOf(info)
	if len(databases) == 0 {
		sender.Warn("Redis database is empty")
		c.sendMissing(sender, c.options.keys, tags)
		return nil
	}
	if c.options.hasDB && c.options.db != 0 {
		if !slices.Contains(databases, c.options.db) {
			sender.Warn("Cannot find database %d", c.options.db)
			return nil
		}
		databases = []int{c.options.db}
	}
	total := map[string]int64{}
	for _, database := range databases {
		if err := c.sendDatabaseLengths(ctx, sender, database, tags, total); err != nil {
			return err
		}
	}
	var missing []string
	for key, length := range total {
		if length == 0 {
			missing = append(missing, key)
		}
	}
	slices.Sort(missing)
	c.sendMissing(sender, missing, tags)
	return nil
}

func databasesOf(info map[string]string) []int {
	var databases []int
	for field := range info {
		if databaseField.MatchString(field) {
			number, _ := strconv.Atoi(strings.TrimPrefix(field, "db"))
			databases = append(databases, number)
		}
	}
	slices.Sort(databases)
	return databases
}

func (c *check) sendMissing(sender checks.Sender, keys, tags []string) {
	for _, key := range keys {
		keyTags := append([]string{"key:" + key}, tags...)
		if c.options.hasDB && c.options.db != 0 {
			keyTags = append(keyTags, fmt.Sprintf("redis_db:db%d", c.options.db))
		}
		sender.Gauge("redis.key.length", 0, keyTags)
		if c.options.warnOnMissingKeys {
			sender.Warn("%s key not found in redis", key)
		}
	}
}

func (c *check) sendDatabaseLengths(ctx context.Context, sender checks.Sender, database int, tags []string, total map[string]int64) error {
	client := c.options.client(database)
	defer func() { _ = client.Close() }()
	for _, wanted := range c.options.keys {
		keys, err := matching(ctx, client, wanted)
		if err != nil {
			return err
		}
		for _, key := range keys {
			kind, length, err := lengthOf(ctx, client, key)
			if err != nil {
				return err
			}
			total[key] += length
			if length > 0 {
				sender.Gauge("redis.key.length", float64(length),
					append(slices.Clone(tags), "key:"+key, "key_type:"+kind, fmt.Sprintf("redis_db:db%d", database)))
			}
		}
	}
	return nil
}

func matching(ctx context.Context, client *redis.Client, wanted string) ([]string, error) {
	if !pattern.MatchString(wanted) {
		return []string{wanted}, nil
	}
	var keys []string
	iterator := client.Scan(ctx, 0, wanted, 0).Iterator()
	for iterator.Next(ctx) {
		keys = append(keys, iterator.Val())
	}
	return keys, iterator.Err()
}

func lengthOf(ctx context.Context, client *redis.Client, key string) (string, int64, error) {
	kind, err := client.Type(ctx, key).Result()
	if err != nil {
		return "", 0, err
	}
	var length int64
	switch kind {
	case "list":
		length, err = client.LLen(ctx, key).Result()
	case "set":
		length, err = client.SCard(ctx, key).Result()
	case "zset":
		length, err = client.ZCard(ctx, key).Result()
	case "hash":
		length, err = client.HLen(ctx, key).Result()
	case "string":
		length = 1
	}
	return kind, length, err
}
