import { hostResourceOf } from "../deploy/host-resources";
import type { StackState, StateResource } from "../deploy/state";

/**
 * Replaces a host's resources in a state by those of the state before the `up`, after the host went back to its old
 * containers. Everything else stays the same.
 * @param names current and former names of the host: the earlier state may use any of them.
 */
export function restoreHostResources<State extends StackState>(
  state: State,
  before: StackState,
  names: readonly string[],
): State {
  const { resources = [], pending_operations: pending = [] } = state.deployment;
  const isOwn = ({ urn }: StateResource): boolean => names.includes(hostResourceOf(urn)?.host ?? "");
  const own = (before.deployment.resources ?? []).filter(isOwn);
  const others = resources.filter((resource) => !isOwn(resource));
  const left = pending.filter(({ resource }) => !isOwn(resource));
  return {
    ...state,
    deployment: {
      ...state.deployment,
      resources: inDependencyOrder([...others, ...own]),
      ...(pending.length > 0 && { pending_operations: left }),
    },
  };
}

/** Sorts resources so that each follows its dependencies, as Pulumi requires. Otherwise the order stays the same. */
function inDependencyOrder(resources: readonly StateResource[]): StateResource[] {
  const byUrn = new Map<string, StateResource[]>();
  for (const resource of resources) byUrn.set(resource.urn, [...(byUrn.get(resource.urn) ?? []), resource]);
  const sorted: StateResource[] = [];
  const visited = new Set<StateResource>();
  const add = (resource: StateResource): void => {
    if (visited.has(resource)) return;
    visited.add(resource);
    for (const urn of dependenciesOf(resource)) byUrn.get(urn)?.forEach(add);
    sorted.push(resource);
  };
  resources.forEach(add);
  return sorted;
}

function dependenciesOf(resource: StateResource): string[] {
  const { parent, provider, dependencies = [], propertyDependencies = {}, deletedWith } = resource;
  const listOf = (urn: string | undefined): string[] => (urn === undefined || urn === "" ? [] : [urn]);
  // A reference to a provider consists of its URN and its id.
  const providerUrn = provider?.replace(/::[^:]*$/, "");
  return [
    ...listOf(parent),
    ...listOf(providerUrn),
    ...dependencies,
    ...Object.values(propertyDependencies).flatMap((urns) => urns ?? []),
    ...listOf(deletedWith),
  ];
}
