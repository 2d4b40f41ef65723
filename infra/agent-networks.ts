import type { HostSettings } from "./settings/hosts";

/**
 * The networks that the agent is on, in the order in which an instance's address is looked for:
 * the default bridge, those that the settings list, and those that it is linked to. `*` is every network of the host.
 */
export function agentNetworks(
  host: Pick<HostSettings, "networks" | "links"> & { readonly agent: Pick<HostSettings["agent"], "network"> },
): string[] {
  if (host.agent.network === "host") return ["*"];
  return [...new Set(["bridge", ...host.networks, ...host.links])];
}
