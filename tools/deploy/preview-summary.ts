import { containerNames } from "../../infra/names";
import { readEvents } from "./engine-events";
import { placeOf } from "./host-resources";

/** What is said of the engine's operations. The two halves of a replacement stand beside it and say nothing new. */
const verbs = { create: "created", replace: "replaced", update: "changed", delete: "removed" } as const;
type Operation = keyof typeof verbs;

const containerRoles = Object.keys(containerNames) as (keyof typeof containerNames)[];

/** What becomes of a container with its resource. */
const containerFates: Readonly<Record<Operation, string>> = {
  create: "starts",
  replace: "restarts",
  update: "runs on",
  delete: "goes",
};

/**
 * What a preview would do, a line for each host: what is created, replaced, changed and removed there, and what becomes
 * of its containers.
 * @param log the event log of a preview, as `readEvents` takes it.
 */
export function describePreview(log: string): string {
  const hosts = new Map<string, Map<string, Operation>>();
  for (const { resourcePreEvent, resOutputsEvent } of readEvents(log)) {
    const metadata = (resourcePreEvent ?? resOutputsEvent)?.metadata;
    const place = metadata === undefined ? undefined : placeOf(metadata.urn);
    if (metadata === undefined || place === undefined) continue;
    const roles = hosts.get(place.host) ?? new Map<string, Operation>();
    hosts.set(place.host, roles);
    if (place.role !== undefined && metadata.op in verbs) roles.set(place.role, metadata.op as Operation);
  }
  return [...hosts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([host, roles]) => `Host ${host}: ${describeHost(roles)}.`)
    .join("\n");
}

function describeHost(roles: ReadonlyMap<string, Operation>): string {
  if (roles.size === 0) return "nothing to do";
  const groups = (Object.keys(verbs) as Operation[]).flatMap((operation) => {
    const names = [...roles].filter(([, done]) => done === operation).map(([role]) => role);
    return names.length === 0 ? [] : [`${verbs[operation]}: ${names.sort().join(", ")}`];
  });
  const fates = containerRoles.flatMap((role) => {
    const operation = roles.get(role);
    return operation === undefined ? [] : [`${containerNames[role]} ${containerFates[operation]}`];
  });
  return [...groups, fates.length === 0 ? "no container restarts" : fates.join(", ")].join("; ");
}
