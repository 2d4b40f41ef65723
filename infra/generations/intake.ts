/**
 * The variables that make generation 7 send everything to one address. `DD_DD_URL` covers series, service
 * checks, events, the metadata of hosts and inventories, and flares; each other kind of data has its own address, by default
 * the site's (pkg/config/setup of DataDog/datadog-agent, and "Network Traffic" in its documentation).
 * Processes, traces, profiles and logs are sent to the intake as well. The rest is off: an agent that can't deliver its
 * reports on containers and images delays its own end.
 * @param intake an http or https address.
 */
export function intakeVariables(intake: string): Record<string, string> {
  const { protocol, hostname, port } = new URL(intake);
  const plain = protocol === "http:";
  const base = intake.replace(/\/+$/, "");
  return {
    DD_DD_URL: intake,
    DD_PROCESS_CONFIG_PROCESS_DD_URL: base,
    DD_PROCESS_CONFIG_EVENTS_DD_URL: base,
    DD_APM_DD_URL: base,
    DD_APM_PROFILING_DD_URL: `${base}/api/v2/profile`,
    DD_APM_DEBUGGER_DD_URL: `${base}/api/v2/logs`,
    DD_APM_DEBUGGER_DIAGNOSTICS_DD_URL: `${base}/api/v2/debugger`,
    DD_APM_SYMDB_DD_URL: `${base}/api/v2/debugger`,
    DD_LOGS_CONFIG_LOGS_DD_URL: `${hostname}:${port || (plain ? "80" : "443")}`,
    DD_LOGS_CONFIG_LOGS_NO_SSL: String(plain),
    DD_LOGS_CONFIG_FORCE_USE_HTTP: "true",
    ...Object.fromEntries(sentToSiteOnly.map((feature) => [`DD_${feature}_ENABLED`, "false"])),
  };
}

/** Features that can only send to the site, by the names of their settings. */
const sentToSiteOnly = [
  "AGENT_TELEMETRY",
  "APM_TELEMETRY",
  "CONTAINER_IMAGE",
  "CONTAINER_LIFECYCLE",
  "EVP_PROXY_CONFIG",
  "OL_PROXY_CONFIG",
  "REMOTE_CONFIGURATION",
  "SBOM",
] as const;
