package tagger

import (
	"slices"
	"testing"
)

func TestImages(t *testing.T) {
	cases := map[string][]string{
		"redis":                        {"image_name:redis", "short_image:redis", "image_tag:latest", "docker_image:redis:latest"},
		"registry:5000/team/redis:7":   {"image_name:registry:5000/team/redis", "short_image:redis", "image_tag:7", "docker_image:registry:5000/team/redis:7"},
		"team/redis:7@sha256:0123abcd": {"image_name:team/redis", "short_image:redis", "image_tag:7", "docker_image:team/redis:7"},
	}
	for reference, want := range cases {
		if got := ImageTags(reference); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", reference, got, want)
		}
	}
}

func TestTagsOfAContainer(t *testing.T) {
	tags := Tagger{
		EnvAsTags:    map[string]string{"project": "project", "tier": "tier,layer"},
		LabelsAsTags: map[string]string{"team": "+team"},
	}
	container := Container{
		ID: "0123", Name: "web", Image: "redis:7",
		Labels: map[string]string{
			"Team": "a", "other": "x", "com.datadoghq.tags.env": "prod", "com.datadoghq.ad.tags": `["extra:1"]`,
		},
		Env: []string{"PROJECT=shop", "TIER=back", "DD_SERVICE=cache", "EMPTY=", "SECRET=x"},
	}
	low := []string{
		"docker_image:redis:7", "env:prod", "extra:1", "image_name:redis", "image_tag:7", "layer:back", "project:shop",
		"service:cache", "short_image:redis", "team:a", "tier:back",
	}
	if got := tags.Low(container); !slices.Equal(got, low) {
		t.Errorf("low: %q\nwant %q", got, low)
	}
	high := append(slices.Clone(low), "container_id:0123", "container_name:web")
	slices.Sort(high)
	if got := tags.High(container); !slices.Equal(got, high) {
		t.Errorf("high: %q\nwant %q", got, high)
	}
}
