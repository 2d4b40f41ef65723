import { inDependencyOrder } from "../deploy/dependency-order";
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
