import { sshOptions } from "../host";
import { type GenerationNumber, selectIntegrations } from "../integrations";
import { containerNames } from "../names";
import type { HostSettings } from "../settings";
import { quote } from "../shell";

/** What a script or a person can read of a host with `pulumi stack output hosts`. */
export interface HostOutput {
  readonly name: string;
  readonly address: string;
  /** Names of the containers on it. */
  readonly containers: readonly string[];
  /** The folder on it under which everything is kept. */
  readonly root: string;
  /** Names of the checks. */
  readonly integrations: readonly string[];
  readonly agentGeneration: GenerationNumber;
  /** The shell command that logs in as the program does, its host key verified; a command for the host may follow it. */
  readonly ssh: string;
}

/** Known from the settings alone: it waits for no resource, so one failed host leaves the others' in place. */
export function hostOutput(host: HostSettings): HostOutput {
  return {
    name: host.name,
    address: host.address,
    containers: Object.values(containerNames),
    root: host.root,
    integrations: selectIntegrations(host.integrations, host.agent.generation).map(
      ({ check }) => check[host.agent.generation],
    ),
    agentGeneration: host.agent.generation,
    ssh: ["ssh", ...sshOptions(host), "-p", String(host.port), `${host.user}@${host.address}`].map(quote).join(" "),
  };
}
