import { ownerLabels, type Role } from "../names";
import type { HostSettings } from "../settings";

/** Stands for a host's name where a resource of the Swarm needs one. */
export const swarmName = "swarm";

/** The label that marks what a stack has made in a Swarm. */
export const stackLabel = "datadog-hosts.stack";

/**
 * The variable of a service's tasks that tells one revision of it from another: `swarm-gate.sh` waits for it. A label would not
 * do, because the provider replaces a service whose containers' labels change.
 */
export const revisionVariable = "DATADOG_HOSTS_REVISION";

/** The labels of a service and of its containers. */
export function serviceLabels({ stackName }: HostSettings, role: Role): Record<string, string> {
  return ownerLabels({ stackName, name: swarmName }, role);
}

/** All names of a stack, the current one first. */
export function stackNamesOf({ stackName, formerStackNames }: HostSettings): string[] {
  return [stackName, ...formerStackNames];
}

/** The volumes, on each node, with what applications and the agent share, and with what one agent leaves to the next. */
export const agentVolumes = { sockets: "datadog-sockets", logPositions: "datadog-log-positions" } as const;

/** The volume, on each node, with the generated configs of a check; both services mount it. */
export function configVolume(folder: string): string {
  return `datadog-conf-${folder.replace(/[.]d$/, "")}`;
}
