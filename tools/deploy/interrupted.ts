import { ProcessError } from "../shared/run";
import { changeState } from "./change-state";
import type { FinishedRun, Invocation } from "./engine-run";
import type { StackState } from "./state";

/** Whether a state has operations of a run that was killed. */
export function hasInterrupted(state: StackState | undefined): boolean {
  return (state?.deployment.pending_operations ?? []).length > 0;
}

/** A state without them. Everything else stays the same. */
export function withoutPendingOperations<State extends StackState>(state: State): State {
  return { ...state, deployment: { ...state.deployment, pending_operations: [] } };
}

/**
 * Lets a stack's state forget what a run was at when it was killed, if a later one has succeeded: that has finished it, or
 * removed it. Pulumi would warn of it in each further run, and only a refresh on a terminal would end that.
 * @param state the stack's state before the later run.
 * @param run the later run.
 */
export async function forgetInterrupted(
  { stack, environment }: Pick<Invocation, "stack" | "environment">,
  state: StackState | undefined,
  run: Pick<FinishedRun, "end">,
): Promise<void> {
  if (run.end.status !== 0 || !hasInterrupted(state)) return;
  try {
    await changeState(stack, environment, withoutPendingOperations);
  } catch (error) {
    // Another run holds the lock by now: the next one forgets it.
    if (!(error instanceof ProcessError) || error.result === undefined) throw error;
  }
}
