import { ownNames } from "../../infra/names";
import { wholeSwarm } from "../swarm/look";
import type { EngineEvent } from "./engine-events";
import { hostResourceOf, type HostResource } from "./host-resources";

/** Words for the engine's operations. The two halves of a replacement are listed next to it and add nothing. */
const verbs = { create: "created", replace: "replaced", update: "changed", delete: "removed" } as const;
type Operation = keyof typeof verbs;

const containerRoles = Object.keys(ownNames) as (keyof typeof ownNames)[];

/** What happens to a container, by what is done to its resource. */
const containerFates: Readonly<Record<Operation, ContainerFate["fate"]>> = {
  create: "starts",
  replace: "restarts",
  update: "runs on",
  delete: "goes",
};

/** What happens to a Swarm's tasks, by what is done to their service: each change creates new ones. */
const taskFates: typeof containerFates = { ...containerFates, update: "restarts" };

/** One step of a preview, as the engine's event log and `pulumi preview --json` have it. */
export interface PreviewStep {
  readonly op: string;
  readonly urn: string;
}

/** What happens to a container. */
export interface ContainerFate {
  readonly name: string;
  /** `runs on`: it is changed in place. */
  readonly fate: "starts" | "restarts" | "runs on" | "goes";
}

/**
 * What a preview would do, a line for each host or for the Swarm: what is created, replaced, changed and removed there, and
 * what happens to its containers.
 * @param events of a preview.
 */
export function describePreview(events: readonly EngineEvent[]): string {
  return [...operationsByHost(stepsIn(events))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([host, roles]) => `${host === wholeSwarm ? "The Swarm" : `Host ${host}`}: ${describeHost(host, roles)}.`)
    .join("\n");
}

/**
 * What becomes of the containers of each host, by its name, or of the tasks on each node of the Swarm; those that nothing is
 * done to are left out.
 */
export function containerFatesOf(steps: readonly PreviewStep[]): ReadonlyMap<string, readonly ContainerFate[]> {
  return new Map([...operationsByHost(steps)].map(([host, roles]) => [host, fatesOf(host, roles)]));
}

/** The steps among the events of a preview. */
function stepsIn(events: readonly EngineEvent[]): PreviewStep[] {
  return events.flatMap(({ resourcePreEvent, resOutputsEvent }) => {
    const metadata = (resourcePreEvent ?? resOutputsEvent)?.metadata;
    return metadata === undefined ? [] : [metadata];
  });
}

/** What is done on each host, by its name, or in the Swarm, and by what it is done to. */
function operationsByHost(steps: readonly PreviewStep[]): Map<string, Map<string, Operation>> {
  const hosts = new Map<string, Map<string, Operation>>();
  for (const { op, urn } of steps) {
    const place = hostResourceOf(urn) ?? swarmResourceOf(urn);
    if (place === undefined) continue;
    const roles = hosts.get(place.host) ?? new Map<string, Operation>();
    hosts.set(place.host, roles);
    if (place.role !== undefined && op in verbs) roles.set(place.role, op as Operation);
  }
  return hosts;
}

/** Where a resource of a Swarm belongs, by its URN; undefined for others. */
function swarmResourceOf(urn: string): HostResource | undefined {
  const [, role] = /WatchedSwarm\$.*::swarm-(.+)$/.exec(urn) ?? [];
  if (role !== undefined) return { host: wholeSwarm, role };
  return urn.includes("WatchedSwarm::") ? { host: wholeSwarm, role: undefined } : undefined;
}

function fatesOf(host: string, roles: ReadonlyMap<string, Operation>): ContainerFate[] {
  const fates = host === wholeSwarm ? taskFates : containerFates;
  return containerRoles.flatMap((role) => {
    const operation = roles.get(role);
    return operation === undefined ? [] : [{ name: ownNames[role], fate: fates[operation] }];
  });
}

function describeHost(host: string, roles: ReadonlyMap<string, Operation>): string {
  if (roles.size === 0) return "nothing to do";
  const groups = (Object.keys(verbs) as Operation[]).flatMap((operation) => {
    const names = [...roles].filter(([, done]) => done === operation).map(([role]) => role);
    return names.length === 0 ? [] : [`${verbs[operation]}: ${names.sort().join(", ")}`];
  });
  const fates = fatesOf(host, roles).map(({ name, fate }) => `${name} ${fate}`);
  return [...groups, fates.length === 0 ? "no container restarts" : fates.join(", ")].join("; ");
}
