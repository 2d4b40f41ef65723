package integration

import (
	"slices"
	"strings"
	"testing"
)

func TestDigestIgnoresTheOrderOfTagsAndTheSource(t *testing.T) {
	one := Config{Name: "redisdb", Source: "file:a", Instances: []Data{Data("host: a\ntags: [x:1, y:2]\n")}}
	other := Config{Name: "redisdb", Source: "file:b", Instances: []Data{Data("host: a\ntags: [y:2, x:1]\n")}}
	if one.Digest() != other.Digest() {
		t.Error("the same content has two digests")
	}
	if one.ExactDigest() == other.ExactDigest() {
		t.Error("the exact digest takes two orders for one")
	}
	other.Instances = []Data{Data("host: a\ntags: [x:1]\n")}
	if one.Digest() == other.Digest() {
		t.Error("different tags have one digest")
	}
}

func TestCheckIDHasTheInstancesName(t *testing.T) {
	config := Config{Name: "redisdb", Instances: []Data{Data("name: main\n"), Data("host: a\n")}}
	if id := config.CheckID(config.Instances[0]); !strings.HasPrefix(id, "redisdb:main:") {
		t.Errorf("id %s", id)
	}
	if id := config.CheckID(config.Instances[1]); strings.Count(id, ":") != 1 {
		t.Errorf("id %s", id)
	}
	if config.CheckID(config.Instances[0]) == config.CheckID(config.Instances[1]) {
		t.Error("two instances have one id")
	}
}

func TestWithTagsKeepsEachTagOnce(t *testing.T) {
	tagged, err := Data("host: a\ntags: [x:1, 7]\n").WithTags([]string{"x:1", "z:3"})
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := tagged.Map()
	if err != nil {
		t.Fatal(err)
	}
	if want := []any{"7", "x:1", "z:3"}; !slices.Equal(parsed["tags"].([]any), want) {
		t.Errorf("tags %v, want %v", parsed["tags"], want)
	}
}
