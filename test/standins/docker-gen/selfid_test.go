package main

import (
	"strings"
	"testing"
)

func TestFindID(t *testing.T) {
	const anyID = `[[:alnum:]]{64}`
	own := strings.Repeat("a1", 32)
	other := strings.Repeat("b2", 32)

	for name, test := range map[string]struct{ pattern, line, want string }{
		"cgroup v1": {anyID, "5:cpuset:/docker/" + own, own},
		"cgroup v2": {anyID, "0::/", ""},
		"the id that begins with the host name, among others": {
			own[:12] + `[[:alnum:]]{52}`, "1:name=systemd:/docker/" + other + "/docker/" + own, own,
		},
		"a file that the engine mounts": {
			anyID, "711 708 254:1 /var/lib/docker/containers/" + own + "/hostname /etc/hostname rw - ext4 /dev/vda rw", own,
		},
		"such a file elsewhere": {
			anyID, "711 708 254:1 /data/" + own + "/userdata/resolv.conf /etc/resolv.conf rw - ext4 /dev/vda rw", own,
		},
		"a layer, which is no container": {
			anyID, "700 699 0:60 / / rw - overlay overlay lowerdir=/var/lib/docker/overlay2/" + other + "/diff", "",
		},
		"a volume, which is no container": {
			anyID, "712 708 254:1 /var/lib/docker/volumes/" + other + "/_data /data rw - ext4 /dev/vda rw", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := findID(test.pattern, test.line); got != test.want {
				t.Errorf("findID(%q, %q) = %q, want %q", test.pattern, test.line, got, test.want)
			}
		})
	}
}
