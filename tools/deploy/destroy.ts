import { readState } from "../look";
import { createStack, type EngineRuns, type Invocation } from "./engine-run";
import { forgetInterrupted } from "./interrupted";
import { failuresOf, reportRun } from "./run-report";
import { refreshServices, swarmFailure } from "./swarm";
import { hostsInState, sweepHosts } from "./sweep";

/**
 * `make destroy`: removes everything that `up` has created, and what an interrupted `up` has left behind.
 * @returns the exit code.
 */
export async function destroy(invocation: Invocation, runs: EngineRuns): Promise<number> {
  const { stack, environment, flags } = invocation;
  const state = await readState(stack, environment);
  // Each process of Pulumi takes time, and a stack whose state can be read is there.
  const status = state === undefined ? await createStack(invocation) : 0;
  if (status !== 0) return status;
  const run = await runs.start();
  await forgetInterrupted(invocation, state, run);
  const failedSwarm = swarmFailure(run.log.events());
  if (failedSwarm !== undefined) await refreshServices(stack, environment);
  // Further flags may leave hosts out.
  const isWhole = flags.length === 0 && run.end.status === 0;
  const left =
    isWhole && state !== undefined
      ? await sweepHosts(stack, hostsInState(state), environment)
      : { lines: [], failed: false };
  reportRun(invocation, run, failuresOf(run), [failedSwarm ?? "", ...left.lines]);
  return run.end.status === 0 && left.failed ? 1 : run.end.status;
}
