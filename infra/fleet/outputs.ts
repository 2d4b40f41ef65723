import { sshOptions } from "../host";
import { type GenerationNumber, selectIntegrations } from "../integrations";
import { containerNames, ownNames } from "../names";
import type { HostSettings } from "../settings";
import { quote } from "../shell";

/** One host in the stack's output `hosts` (`pulumi stack output hosts`). */
export interface HostOutput {
  readonly name: string;
  readonly address: string;
  /** Names of the program's containers on the host. */
  readonly containers: readonly string[];
  /** Absolute path of the program's root folder on the host. */
  readonly root: string;
  /** Names of the integrations' checks, in the host's generation of the agent. */
  readonly integrations: readonly string[];
  readonly agentGeneration: GenerationNumber;
  /**
   * The shell command that logs in as the program does, with the host key verified. A command for the host can be appended.
   */
  readonly ssh: string;
}

/**
 * A host's output, from its settings alone. It depends on no resource, so a failed host does not remove the outputs of
 * others.
 */
export function hostOutput(host: HostSettings): HostOutput {
  return {
    name: host.name,
    address: host.address,
    containers: [...Object.values(containerNames), ...(host.socketFilter === undefined ? [] : [ownNames.filter])],
    root: host.root,
    integrations: selectIntegrations(host.integrations, host.agent.generation).map(
      ({ check }) => check[host.agent.generation],
    ),
    agentGeneration: host.agent.generation,
    ssh: ["ssh", ...sshOptions(host), "-p", String(host.port), `${host.user}@${host.address}`].map(quote).join(" "),
  };
}
