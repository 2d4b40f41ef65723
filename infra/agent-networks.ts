import type { HostSettings } from "./settings/hosts";

/** The networks that the agent is on, in the order in which an instance's address is looked for. */
export function agentNetworks(host: Pick<HostSettings, "networks">): string[] {
  return ["bridge", ...host.networks.filter((name) => name !== "bridge")];
}
