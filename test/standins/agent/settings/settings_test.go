package settings

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var minimal = []string{"DD_API_KEY=0123456789abcdef", "DD_HOSTNAME=host-1"}

func TestDefaults(t *testing.T) {
	read, err := FromEnvironment(minimal)
	if err != nil {
		t.Fatal(err)
	}
	if read.IntakeURL != "https://api.datadoghq.com" || read.PollFiles || read.PollInterval != time.Minute ||
		!read.SeriesV2 || read.Compression != "zstd" || read.CommandPort != 5001 || read.ConfdPath != "/etc/datadog-agent/conf.d" {
		t.Errorf("unexpected defaults: %+v", read)
	}
}

func TestValuesAreRead(t *testing.T) {
	read, err := FromEnvironment(append(minimal, "DD_TAGS=project:a  environment:b", "DD_ENV=prod", "DD_SITE=datadoghq.eu",
		"DD_AUTOCONF_CONFIG_FILES_POLL=true", "DD_AUTOCONF_CONFIG_FILES_POLL_INTERVAL=5", "DD_IGNORE_AUTOCONF=redisdb nginx",
		`DD_CONTAINER_ENV_AS_TAGS={"Project":"project"}`, "DD_PROXY_HTTP=http://proxy:3128", "DD_PROXY_NO_PROXY=a b"))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"project:a", "environment:b", "env:prod"}; !slices.Equal(read.HostTags, want) {
		t.Errorf("tags %q, want %q", read.HostTags, want)
	}
	if read.IntakeURL != "https://api.datadoghq.eu" || !read.PollFiles || read.PollInterval != 5*time.Second ||
		!slices.Equal(read.IgnoredAutoConf, []string{"redisdb", "nginx"}) || read.ContainerEnvAsTags["project"] != "project" ||
		read.Proxy.HTTP != "http://proxy:3128" || !slices.Equal(read.Proxy.NoProxy, []string{"a", "b"}) {
		t.Errorf("unexpected settings: %+v", read)
	}
}

func TestWhatIsRefused(t *testing.T) {
	cases := map[string]struct {
		environment []string
		want        string
	}{
		"no key":              {[]string{"DD_HOSTNAME=h"}, "You must set an DD_API_KEY"},
		"an empty key":        {[]string{"DD_HOSTNAME=h", "DD_API_KEY="}, "You must set an DD_API_KEY"},
		"no host name":        {[]string{"DD_API_KEY=k"}, "unable to reliably determine the host name"},
		"a local host name":   {[]string{"DD_API_KEY=k", "DD_HOSTNAME=localhost"}, "local hostname"},
		"a wrong host name":   {[]string{"DD_API_KEY=k", "DD_HOSTNAME=a_b"}, "not RFC1123"},
		"an unknown variable": {append(minimal, "DD_FOO=1"), "DD_FOO"},
		"a wrong boolean":     {append(minimal, "DD_AUTOCONF_CONFIG_FILES_POLL=perhaps"), "DD_AUTOCONF_CONFIG_FILES_POLL"},
		"a wrong number":      {append(minimal, "DD_AUTOCONF_CONFIG_FILES_POLL_INTERVAL=0"), "DD_AUTOCONF_CONFIG_FILES_POLL_INTERVAL"},
		"another compression": {append(minimal, "DD_SERIALIZER_COMPRESSOR_KIND=lzma"), "DD_SERIALIZER_COMPRESSOR_KIND"},
		"wrong JSON":          {append(minimal, "DD_CONTAINER_LABELS_AS_TAGS=a:b"), "DD_CONTAINER_LABELS_AS_TAGS"},
		"a wrong address":     {append(minimal, "DD_DD_URL=intake:8080"), "DD_DD_URL"},
		"a wrong log level":   {append(minimal, "DD_LOG_LEVEL=loud"), "loud"},
		"a secret, no program": {
			[]string{"DD_HOSTNAME=h", "DD_API_KEY=ENC[file@/x]"}, "DD_SECRET_BACKEND_COMMAND is not set",
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := FromEnvironment(test.environment)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
	if _, err := FromEnvironment([]string{"DD_HOSTNAME=h"}); !errors.Is(err, ErrNoAPIKey) {
		t.Errorf("no key is not ErrNoAPIKey: %v", err)
	}
}

// helper is a secret program that answers with a file, as the image's does.
func helper(t *testing.T, answer string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "helper")
	if err := os.WriteFile(path, []byte("#!/bin/sh\ncat > /dev/null\nprintf %s '"+answer+"'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSecretsComeFromTheProgram(t *testing.T) {
	path := helper(t, `{"file@/key": {"value": "secret\n"}}`)
	read, err := FromEnvironment([]string{"DD_HOSTNAME=h", "DD_API_KEY=ENC[file@/key]", "DD_SECRET_BACKEND_COMMAND=" + path})
	if err != nil {
		t.Fatal(err)
	}
	if read.APIKey != "secret" {
		t.Errorf("key %q", read.APIKey)
	}
}

func TestEverySettingOfTypeTextMayBeAHandle(t *testing.T) {
	path := helper(t, `{"file@/one": {"value": "host-2"}, "file@/two": {"value": "x"}}`)
	read, err := FromEnvironment([]string{"DD_HOSTNAME= ENC[file@/one]\t", "DD_API_KEY=k", "DD_APP_KEY=ENC[file@/two]", "DD_SECRET_BACKEND_COMMAND=" + path})
	if err != nil {
		t.Fatal(err)
	}
	if read.Hostname != "host-2" {
		t.Errorf("host name %q", read.Hostname)
	}
	_, err = FromEnvironment([]string{"DD_HOSTNAME=h", "DD_API_KEY=k", "DD_APP_KEY=ENC[file@/none]", "DD_SECRET_BACKEND_COMMAND=" + path})
	if err == nil || !strings.Contains(err.Error(), "secret handle 'file@/none' was not resolved") {
		t.Errorf("error %v", err)
	}
}

func TestTheBackendsOwnSettingsAreNoHandles(t *testing.T) {
	_, err := FromEnvironment([]string{"DD_HOSTNAME=h", "DD_API_KEY=ENC[file@/key]", "DD_SECRET_BACKEND_COMMAND=ENC[file@/program]"})
	if err == nil || !strings.Contains(err.Error(), "invalid executable 'ENC[file@/program]'") {
		t.Errorf("error %v", err)
	}
}

func TestAWrongAddressThatIsASecretIsNotShown(t *testing.T) {
	path := helper(t, `{"file@/address": {"value": "hidden"}}`)
	_, err := FromEnvironment(append(minimal, "DD_DD_URL=ENC[file@/address]", "DD_SECRET_BACKEND_COMMAND="+path))
	if err == nil || strings.Contains(err.Error(), "hidden") {
		t.Errorf("error %v", err)
	}
}

func TestWhatChecksMayReadOfTheAgent(t *testing.T) {
	read, err := FromEnvironment(minimal)
	if err != nil {
		t.Fatal(err)
	}
	if value, err := read.Variables.Look("DD_API_KEY"); err != nil || value != "0123456789abcdef" || read.SkipSecretsOfChecks {
		t.Errorf("by default: %q, %v", value, err)
	}
	closed := append(minimal, "DD_SECRET_BACKEND_SKIP_CHECKS=true", "DD_AD_DISABLE_ENV_VAR_RESOLUTION=true")
	if read, err = FromEnvironment(closed); err != nil {
		t.Fatal(err)
	}
	if value, err := read.Variables.Look("DD_API_KEY"); err == nil || !read.SkipSecretsOfChecks {
		t.Errorf("closed: %q", value)
	}
	if read, err = FromEnvironment(append(minimal, "DD_AD_ALLOWED_ENV_VARS=other dd_hostname")); err != nil {
		t.Fatal(err)
	}
	if value, err := read.Variables.Look("DD_API_KEY"); err == nil {
		t.Errorf("not among the allowed: %q", value)
	}
	if value, err := read.Variables.Look("DD_HOSTNAME"); err != nil || value != "host-1" {
		t.Errorf("among the allowed: %q, %v", value, err)
	}
}
