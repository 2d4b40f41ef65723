package settings

// Live is what is sent of the host's processes and containers.
type Live struct {
	// Processes is DD_PROCESS_CONFIG_PROCESS_COLLECTION_ENABLED; off by default.
	Processes bool
	// StripArguments is DD_STRIP_PROCESS_ARGS: of a command line, only the program is sent.
	StripArguments bool
	// Containers is DD_PROCESS_CONFIG_CONTAINER_COLLECTION_ENABLED; on by default.
	Containers bool
	// Address is DD_PROCESS_CONFIG_PROCESS_DD_URL, by default the site's.
	Address string
}

func (r *reader) live(site string) Live {
	read := Live{
		Processes:      r.boolean("DD_PROCESS_CONFIG_PROCESS_COLLECTION_ENABLED"),
		StripArguments: r.boolean("DD_STRIP_PROCESS_ARGS"),
		Containers:     r.booleanOr("DD_PROCESS_CONFIG_CONTAINER_COLLECTION_ENABLED", true),
		Address:        r.text("DD_PROCESS_CONFIG_PROCESS_DD_URL", "https://process."+site),
	}
	r.checkURL("DD_PROCESS_CONFIG_PROCESS_DD_URL", read.Address)
	return read
}
