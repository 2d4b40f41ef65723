import { sshOptions } from "../host";
import { selectIntegrations } from "../integrations";
import { containerNames } from "../names";
import type { SwarmSettings } from "../settings";
import { quote } from "../shell";

/** What a script or a person can read of a Swarm with `pulumi stack output swarm`. */
export interface SwarmOutput {
  readonly managers: readonly {
    readonly name: string;
    readonly address: string;
    /** The shell command that logs in as the program does, its host key verified; a command may follow it. */
    readonly ssh: string;
  }[];
  /** Names of the services. */
  readonly services: readonly string[];
  /** Names of the checks. */
  readonly integrations: readonly string[];
}

/** Known from the settings alone; undefined for a stack without a Swarm. */
export function swarmOutput(swarm: SwarmSettings | undefined): SwarmOutput | undefined {
  if (swarm === undefined) return undefined;
  const { managers, node } = swarm;
  return {
    managers: managers.map((manager) => ({
      name: manager.name,
      address: manager.address,
      ssh: ["ssh", ...sshOptions(manager), "-p", String(manager.port), `${manager.user}@${manager.address}`]
        .map(quote)
        .join(" "),
    })),
    services: Object.values(containerNames),
    integrations: selectIntegrations(node.integrations, node.agent.generation).map(({ check }) => check[7]),
  };
}
