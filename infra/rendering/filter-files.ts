import { collectsLogs, generationOf } from "../generations";
import { containerNames, engineSocket } from "../names";
import type { HostSettings } from "../settings";
import { render } from "./mustache";

/** Paths in the socket filter's container. */
export const filterPaths = {
  config: "/etc/datadog-filter",
  configFile: "/etc/datadog-filter/haproxy.cfg",
  /** The folder of the filter's own socket. */
  folder: "/run/datadog-filter",
  socket: "/run/datadog-filter/docker.sock",
} as const;

/** haproxy's configuration: the calls to the engine that a host's agent and generator need. */
export function filterRules(
  host: Pick<HostSettings, "logs"> & { readonly agent: Pick<HostSettings["agent"], "generation"> },
): string {
  return render("filter/haproxy.cfg", {
    listens: filterPaths.socket,
    engine: `${engineSocket.folder}/docker.sock`,
    ofContainers: ["json", "stats", ...(collectsLogs(host) ? ["logs"] : [])].join("|"),
    agentName: containerNames.agent,
    reloadSignal: generationOf(host).reloadSignal ?? false,
  });
}
