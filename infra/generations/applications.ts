import type { HostSettings } from "../settings";

/** Where applications' data comes in, as paths in the agent's container. Clients look for the sockets at these paths too. */
export const applicationPaths = {
  /** The folder of the sockets. */
  sockets: "/var/run/datadog",
  /** The folder of the file in which the agent keeps how far it has read each log. */
  logPositions: "/opt/datadog-agent/run/log-positions",
} as const;

/** Whether a host's agent collects the logs of containers. */
export function collectsLogs({ logs }: Pick<HostSettings, "logs">): boolean {
  return logs.all || logs.declared;
}

/** Whether a host's agent has a socket that applications can use. */
export function hasSockets({ dogstatsd, apm }: Pick<HostSettings, "dogstatsd" | "apm">): boolean {
  return dogstatsd.socket || apm.socket;
}

/**
 * The variables of generation 7 for logs, and for the metrics, traces and processes of applications; none for what is off.
 * The names are in pkg/config/setup of DataDog/datadog-agent.
 */
export function applicationVariables(host: HostSettings): Record<string, string> {
  return { ...logVariables(host), ...metricVariables(host), ...traceVariables(host), ...processVariables(host) };
}

/**
 * Logs are read from the engine's socket. A label of a container can make the agent tail a file of its own container by path,
 * which may be a secret or another container's file (/host/proc/…/root). So it may open no file at all.
 */
function logVariables(host: HostSettings): Record<string, string> {
  if (!collectsLogs(host)) return {};
  return {
    DD_LOGS_ENABLED: "true",
    // The generator decides which containers. Together with this, some lines would be collected twice.
    DD_LOGS_CONFIG_CONTAINER_COLLECT_ALL: "false",
    DD_LOGS_CONFIG_DOCKER_CONTAINER_USE_FILE: "false",
    DD_LOGS_CONFIG_OPEN_FILES_LIMIT: "0",
    DD_LOGS_CONFIG_RUN_PATH: applicationPaths.logPositions,
    // Hours. By default older agents forget a container that was silent for 23, and send all of its lines again.
    DD_LOGS_CONFIG_AUDITOR_TTL: "720",
    // Else the agent falls back to TCP, which no proxy lets through, whenever the intake does not answer at its start.
    DD_LOGS_CONFIG_FORCE_USE_HTTP: "true",
  };
}

/** A port of 0 is closed. */
function metricVariables({ dogstatsd: { socket, network, cardinality } }: HostSettings): Record<string, string> {
  if (!socket && !network) return {};
  return {
    DD_USE_DOGSTATSD: "true",
    DD_DOGSTATSD_PORT: network ? "8125" : "0",
    DD_DOGSTATSD_NON_LOCAL_TRAFFIC: String(network),
    DD_DOGSTATSD_TAG_CARDINALITY: cardinality,
    // By the sender's process, as the kernel names it; over UDP only by what a sender says itself.
    ...(socket && {
      DD_DOGSTATSD_SOCKET: `${applicationPaths.sockets}/dsd.socket`,
      DD_DOGSTATSD_ORIGIN_DETECTION: "true",
    }),
    ...(network && { DD_DOGSTATSD_ORIGIN_DETECTION_CLIENT: "true" }),
  };
}

function traceVariables({ apm: { socket, network } }: HostSettings): Record<string, string> {
  if (!socket && !network) return {};
  return {
    DD_APM_ENABLED: "true",
    DD_APM_RECEIVER_PORT: network ? "8126" : "0",
    DD_APM_NON_LOCAL_TRAFFIC: String(network),
    ...(socket && { DD_APM_RECEIVER_SOCKET: `${applicationPaths.sockets}/apm.socket` }),
  };
}

function processVariables({ processes }: HostSettings): Record<string, string> {
  return {
    ...(processes.live && {
      DD_PROCESS_CONFIG_PROCESS_COLLECTION_ENABLED: "true",
      DD_STRIP_PROCESS_ARGS: String(!processes.arguments),
    }),
    ...(processes.containers !== undefined && {
      DD_PROCESS_CONFIG_CONTAINER_COLLECTION_ENABLED: String(processes.containers),
    }),
  };
}
