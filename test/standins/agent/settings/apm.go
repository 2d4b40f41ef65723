package settings

// APM is how applications' traces come in.
type APM struct {
	// Enabled is DD_APM_ENABLED; on by default.
	Enabled bool
	// Port is DD_APM_RECEIVER_PORT, for TCP: 8126 by default, and 0 for none.
	Port int
	// NonLocal is DD_APM_NON_LOCAL_TRAFFIC: the port is open at all addresses. The image of containers has it on.
	NonLocal bool
	// Socket is DD_APM_RECEIVER_SOCKET, a path; empty for none.
	Socket string
	// Address is where traces are posted to: DD_APM_DD_URL, by default the site's.
	Address string
}

func (r *reader) apm(site string) APM {
	return APM{
		Enabled:  r.booleanOr("DD_APM_ENABLED", true),
		Port:     r.natural("DD_APM_RECEIVER_PORT", 8126),
		NonLocal: r.booleanOr("DD_APM_NON_LOCAL_TRAFFIC", true),
		Socket:   r.text("DD_APM_RECEIVER_SOCKET", ""),
		Address:  r.text("DD_APM_DD_URL", "https://trace.agent."+site),
	}
}
