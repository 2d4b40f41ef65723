import type { HostSettings } from "./hosts";
import type { Problem } from "./problems";

/** Password files that are bound to a network on which the agent never meets their containers. */
export function passwordNetworkProblems(hosts: readonly HostSettings[]): Problem[] {
  return hosts.flatMap(({ name, agentNetworks, passwordFiles }) =>
    passwordFiles
      .filter(({ network }) => !agentNetworks.includes("*") && !agentNetworks.includes(network))
      .map(({ name: file, network }) => ({
        path: "passwordFiles",
        problem: `${file} is for the network ${network}, which the agent of host ${name} is not on; add ${network} to networks, or name one of ${agentNetworks.join(", ")}`,
      })),
  );
}
