/**
 * What the agent of generation 7 is told where all that it sends goes to one address. `DD_DD_URL` covers series, service
 * checks, events, the metadata of hosts and inventories, and flares; each other kind of data has an address of its own, by
 * default the site's (pkg/config/setup of DataDog/datadog-agent, and "Network Traffic" in its documentation).
 * Processes, traces, profiles and logs are sent to the intake as well. What remains is off: the agent holds up its own end
 * as long as it can't hand over what it knows of containers and images.
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

/** Features, by the name of their setting, that would send to the site. */
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
