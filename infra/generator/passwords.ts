import type { HostSettings, Problem } from "../settings";

/** Problems with password files that are bound to a network that the agent is not on. */
export function passwordProblems({ name, agentNetworks, origin, passwordFiles }: HostSettings): Problem[] {
  return passwordFiles
    .filter(({ network }) => !agentNetworks.includes("*") && !agentNetworks.includes(network))
    .map(({ name: file, network }) => ({
      path: origin("passwordFiles"),
      problem: `${file} is for the network ${network}, which the agent of host ${name} is not on; add ${network} to networks, or name one of ${agentNetworks.join(", ")}`,
    }));
}
