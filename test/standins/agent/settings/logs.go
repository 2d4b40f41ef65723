package settings

import "errors"

// Logs are the settings of the logs agent.
type Logs struct {
	// Enabled is DD_LOGS_ENABLED; off by default.
	Enabled bool
	// Address is where lines are posted to: DD_LOGS_CONFIG_LOGS_DD_URL, host and port, by default the site's.
	Address string
	// OpenFilesLimit is DD_LOGS_CONFIG_OPEN_FILES_LIMIT, how many files are read by path; 500 by default.
	OpenFilesLimit int
	// RunPath is the folder of the registry: DD_LOGS_CONFIG_RUN_PATH, default /opt/datadog-agent/run.
	RunPath string
}

func (r *reader) logs(site string) Logs {
	read := Logs{
		Enabled:        r.boolean("DD_LOGS_ENABLED"),
		Address:        "https://agent-http-intake.logs." + site,
		OpenFilesLimit: r.natural("DD_LOGS_CONFIG_OPEN_FILES_LIMIT", 500),
		RunPath:        r.text("DD_LOGS_CONFIG_RUN_PATH", "/opt/datadog-agent/run"),
	}
	plain := r.boolean("DD_LOGS_CONFIG_LOGS_NO_SSL")
	r.boolean("DD_LOGS_CONFIG_FORCE_USE_HTTP")
	// How long the registry keeps what nobody reads any more; here it keeps all.
	r.integer("DD_LOGS_CONFIG_AUDITOR_TTL", 23)
	if address := r.text("DD_LOGS_CONFIG_LOGS_DD_URL", ""); address != "" {
		read.Address = "https://" + address
		if plain {
			read.Address = "http://" + address
		}
	}
	if r.boolean("DD_LOGS_CONFIG_CONTAINER_COLLECT_ALL") {
		r.refuse(errors.New("DD_LOGS_CONFIG_CONTAINER_COLLECT_ALL: this stand-in collects only the logs that a config names"))
	}
	if r.booleanOr("DD_LOGS_CONFIG_DOCKER_CONTAINER_USE_FILE", true) && read.Enabled {
		r.refuse(errors.New("DD_LOGS_CONFIG_DOCKER_CONTAINER_USE_FILE: this stand-in reads the logs of containers from the engine's socket only: write false"))
	}
	return read
}
