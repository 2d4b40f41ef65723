import { placeOf } from "../deploy/host-resources";
import type { StackState, StateResource } from "../deploy/state";

/**
 * A state in which a host's resources are those of another one: of before an `up`, where the host has gone back.
 * Everything else stays the same.
 * @param names of the host, former ones included: before, it may have had one of those.
 */
export function withHostOf<State extends StackState>(
  state: State,
  before: StackState,
  names: readonly string[],
): State {
  const { resources = [], pending_operations: pending = [] } = state.deployment;
  const isOwn = ({ urn }: StateResource): boolean => names.includes(placeOf(urn)?.host ?? "");
  const own = (before.deployment.resources ?? []).filter(isOwn);
  const others = resources.filter((resource) => !isOwn(resource));
  const left = pending.filter(({ resource }) => !isOwn(resource));
  return {
    ...state,
    deployment: {
      ...state.deployment,
      resources: inOrder([...others, ...own]),
      ...(pending.length > 0 && { pending_operations: left }),
    },
  };
}

/** Resources in an order in which each comes after those that it needs, as Pulumi wants them; else as they were. */
function inOrder(resources: readonly StateResource[]): StateResource[] {
  const byUrn = new Map<string, StateResource[]>();
  for (const resource of resources) byUrn.set(resource.urn, [...(byUrn.get(resource.urn) ?? []), resource]);
  const sorted: StateResource[] = [];
  const begun = new Set<StateResource>();
  const add = (resource: StateResource): void => {
    if (begun.has(resource)) return;
    begun.add(resource);
    for (const urn of needsOf(resource)) byUrn.get(urn)?.forEach(add);
    sorted.push(resource);
  };
  resources.forEach(add);
  return sorted;
}

function needsOf(resource: StateResource): string[] {
  const { parent, provider, dependencies = [], propertyDependencies = {}, deletedWith } = resource;
  const one = (urn: string | undefined): string[] => (urn === undefined || urn === "" ? [] : [urn]);
  // A provider is named by its URN and id.
  const ofProvider = provider?.replace(/::[^:]*$/, "");
  return [
    ...one(parent),
    ...one(ofProvider),
    ...dependencies,
    ...Object.values(propertyDependencies).flatMap((urns) => urns ?? []),
    ...one(deletedWith),
  ];
}
