import { ProcessError } from "../shared/run";
import { changeState } from "./change-state";
import { inDependencyOrder } from "./dependency-order";
import type { StackState, StateResource } from "./state";

/** A container that runs again in place of the one that has replaced it: its URN, and its id. */
export interface TakenBack {
  readonly urn: string;
  readonly id: string;
}

/**
 * A state in which containers that were to be removed are the current ones again, in place of those that have replaced them
 * and are gone. Else the next `up` would remove what runs. Everything else stays the same.
 */
export function takeBack<State extends StackState>(state: State, containers: readonly TakenBack[]): State {
  if (containers.length === 0) return state;
  const { resources = [], pending_operations: pending = [] } = state.deployment;
  const isOurs = ({ urn }: StateResource): boolean => containers.some((container) => container.urn === urn);
  const isOld = ({ urn, id, delete: old }: StateResource): boolean =>
    old === true && containers.some((container) => container.urn === urn && container.id === id);
  const kept = resources.flatMap((resource): StateResource[] => {
    if (!isOurs(resource)) return [resource];
    if (!isOld(resource)) return resource.delete === true ? [resource] : [];
    return [{ ...resource, delete: false }];
  });
  return {
    ...state,
    deployment: {
      ...state.deployment,
      resources: inDependencyOrder(kept),
      ...(pending.length > 0 && { pending_operations: pending.filter(({ resource }) => !isOurs(resource)) }),
    },
  };
}

/**
 * Writes that state to the stack's backend.
 * @param env environment in which `pulumi` runs.
 * @returns whether it could be written.
 */
export async function takeBackInState(
  stack: string,
  env: NodeJS.ProcessEnv,
  containers: readonly TakenBack[],
): Promise<boolean> {
  try {
    await changeState(stack, env, (state) => takeBack(state, containers));
    return true;
  } catch (error) {
    if (!(error instanceof ProcessError) || error.result === undefined) throw error;
    return false;
  }
}
