package variables

import (
	"errors"
	"testing"

	"datadog-hosts/standins/agent/integration"
)

var agent = Environment{Values: map[string]string{"KEY": "secret", "PORT": "6379", "ON": "true", "HANDLE": "ENC[file@/key]"}}

func inFile(t *testing.T, environment Environment, instances ...string) ([]integration.Data, error) {
	t.Helper()
	config := integration.Config{}
	for _, instance := range instances {
		config.Instances = append(config.Instances, integration.Data(instance))
	}
	err := environment.InFile(&config)
	return config.Instances, err
}

func TestVariablesOfTheAgentInAFile(t *testing.T) {
	for value, want := range map[string]string{
		"%%env_KEY%%":              "secret",
		"a%%env_KEY%%b%%env_KEY%%": "asecretbsecret",
		"%%env_HANDLE%%":           "ENC[file@/key]",
		"%%env_PORT%%":             "6379",
		"x%%env_PORT%%":            "x6379",
		"%%env_ON%%":               "true",
		"‰env_KEY‰":                "secret",
		"50%% of it":               "50%% of it",
		"a %env_KEY%":              "a %env_KEY%",
	} {
		got, err := inFile(t, agent, "value: '"+value+"'\n")
		if err != nil || string(got[0]) != "value: "+want+"\n" {
			t.Errorf("%s: %q, %v", value, got[0], err)
		}
	}
	got, err := inFile(t, agent, "tags: ['a:%%env_KEY%%', {deep: '%%env_KEY%%'}]\n'%%env_KEY%%': key\n")
	// A key is no value, but the original leaves its own sign in it.
	if want := "‰env_KEY‰: key\ntags:\n- a:secret\n- deep: secret\n"; err != nil || string(got[0]) != want {
		t.Errorf("%q, %v", got[0], err)
	}
}

func TestOtherVariablesLeaveTheInstanceAsItIs(t *testing.T) {
	for _, value := range []string{"%%host%%", "%%port_0%%", "%%kube_namespace%%", "%%env_UNSET%%", "%%env%%", "%%nothing%%", "%%%env_KEY%%%"} {
		instance := "a: '" + value + "'\nb: '%%env_KEY%%'\n"
		got, err := inFile(t, agent, "c: '%%env_KEY%%'\n", instance)
		if err == nil || string(got[1]) != instance || string(got[0]) != "c: secret\n" {
			t.Errorf("%s: %q, %v", value, got, err)
		}
	}
	if _, err := inFile(t, agent, "a: '%%host%%'\n"); !errors.Is(err, ErrNoService) {
		t.Errorf("%%%%host%%%%: %v", err)
	}
}

func TestResolutionCanBeTurnedOffOrLimited(t *testing.T) {
	off, limited := agent, agent
	off.Disabled = true
	limited.Allowed = []string{"port"}
	for _, environment := range []Environment{off, limited} {
		if got, err := inFile(t, environment, "a: '%%env_KEY%%'\n"); err == nil || string(got[0]) != "a: '%%env_KEY%%'\n" {
			t.Errorf("%q, %v", got[0], err)
		}
	}
	if got, err := inFile(t, limited, "a: '%%env_PORT%%'\n"); err != nil || string(got[0]) != "a: 6379\n" {
		t.Errorf("%q, %v", got[0], err)
	}
}
