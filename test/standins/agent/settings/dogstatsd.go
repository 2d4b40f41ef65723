package settings

// DogStatsD is how applications' metrics come in.
type DogStatsD struct {
	// Enabled is DD_USE_DOGSTATSD; on by default.
	Enabled bool
	// Port is DD_DOGSTATSD_PORT, for UDP: 8125 by default, and 0 for none.
	Port int
	// NonLocal is DD_DOGSTATSD_NON_LOCAL_TRAFFIC: the port is open at all addresses, else at the loopback's only.
	NonLocal bool
	// Socket is DD_DOGSTATSD_SOCKET, a path; empty for none.
	Socket string
	// OriginDetection is DD_DOGSTATSD_ORIGIN_DETECTION: at the socket, the sender's process tells its container.
	OriginDetection bool
	// OriginDetectionClient is DD_DOGSTATSD_ORIGIN_DETECTION_CLIENT: what a sender says of its container counts.
	OriginDetectionClient bool
	// HighCardinality is DD_DOGSTATSD_TAG_CARDINALITY: the tags that name the very container come too.
	HighCardinality bool
}

func (r *reader) dogStatsD() DogStatsD {
	return DogStatsD{
		Enabled:               r.booleanOr("DD_USE_DOGSTATSD", true),
		Port:                  r.natural("DD_DOGSTATSD_PORT", 8125),
		NonLocal:              r.boolean("DD_DOGSTATSD_NON_LOCAL_TRAFFIC"),
		Socket:                r.text("DD_DOGSTATSD_SOCKET", ""),
		OriginDetection:       r.boolean("DD_DOGSTATSD_ORIGIN_DETECTION"),
		OriginDetectionClient: r.boolean("DD_DOGSTATSD_ORIGIN_DETECTION_CLIENT"),
		HighCardinality:       r.oneOf("DD_DOGSTATSD_TAG_CARDINALITY", "low", "orchestrator", "high") == "high",
	}
}
