import type { StateResource } from "./state";

/** Sorts resources so that each follows its dependencies, as Pulumi requires. Otherwise the order stays the same. */
export function inDependencyOrder(resources: readonly StateResource[]): StateResource[] {
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
