import { ProcessError } from "../shared/run";
import { changeState } from "./change-state";
import type { StackState } from "./state";

/** Whether a state has operations of a run that was killed. */
export function hasInterrupted(state: StackState | undefined): boolean {
  return (state?.deployment.pending_operations ?? []).length > 0;
}

/** A state without them. Everything else stays the same. */
export function withoutInterrupted<State extends StackState>(state: State): State {
  return { ...state, deployment: { ...state.deployment, pending_operations: [] } };
}

/**
 * Lets a stack's state forget what a run was at when it was killed. Call it after a run that has succeeded: that has finished
 * it, or removed it. Pulumi would warn of it in each further run, and only a refresh on a terminal would end that.
 * @param env environment in which `pulumi` runs.
 */
export async function forgetInterrupted(stack: string, env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await changeState(stack, env, withoutInterrupted);
  } catch (error) {
    // Another run holds the lock by now: the next one forgets it.
    if (!(error instanceof ProcessError) || error.result === undefined) throw error;
  }
}
