package settings

// Further is a kind of data that has an address of its own: DD_DD_URL does not count for it.
type Further struct {
	// Name as a log line has it.
	Name string
	// URL is where it is posted to.
	URL string
	// HoldsEnd tells whether the agent does not end before it has been handed over.
	HoldsEnd bool
}

// further are the kinds of data beside series, service checks and metadata that the original sends unless it is told not
// to: by the name of the switch, and by that of the address.
var further = []struct {
	name, enabled, address, prefix, path string
	holdsEnd                             bool
}{
	{"container lifecycle", "DD_CONTAINER_LIFECYCLE_ENABLED", "DD_CONTAINER_LIFECYCLE_DD_URL", "contlcycle-intake", "/api/v2/contlcycle", true},
	{"container images", "DD_CONTAINER_IMAGE_ENABLED", "DD_CONTAINER_IMAGE_DD_URL", "contimage-intake", "/api/v2/contimage", true},
	{"telemetry", "DD_AGENT_TELEMETRY_ENABLED", "DD_AGENT_TELEMETRY_DD_URL", "instrumentation-telemetry-intake", "/api/v2/apmtelemetry", false},
	{"remote configuration", "DD_REMOTE_CONFIGURATION_ENABLED", "DD_REMOTE_CONFIGURATION_RC_DD_URL", "config", "/api/v0.1/configurations", false},
}

func (r *reader) further(site string) []Further {
	var found []Further
	for _, kind := range further {
		address := r.text(kind.address, "https://"+kind.prefix+"."+site)
		r.checkURL(kind.address, address)
		if r.booleanOr(kind.enabled, true) {
			found = append(found, Further{Name: kind.name, URL: address + kind.path, HoldsEnd: kind.holdsEnd})
		}
	}
	return found
}
