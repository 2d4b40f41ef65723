package engine

import "testing"

func TestSocketIsWhereDockerHostSays(t *testing.T) {
	for host, want := range map[string]string{
		"":                               "/var/run/docker.sock",
		"unix:///run/engine/docker.sock": "/run/engine/docker.sock",
		"tcp://127.0.0.1:2375":           "/var/run/docker.sock",
	} {
		if got := Socket(func(string) string { return host }); got != want {
			t.Errorf("DOCKER_HOST=%q: %s, want %s", host, got, want)
		}
	}
}
