package tlscheck

import "testing"

func TestAnIPv6AddressNeedsBrackets(t *testing.T) {
	for server, host := range map[string]string{"[2001:db8::5]": "2001:db8::5", "2001:db8::5": "2001", "172.17.0.5": "172.17.0.5", "web": "web"} {
		if got := hostOf(server); got != host {
			t.Errorf("%s: %s", server, got)
		}
	}
}
