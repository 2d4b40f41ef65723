import { createStack, type EngineRuns, type Invocation } from "./engine-run";
import { describePreview } from "./preview-summary";
import { printDrift } from "./repairs";
import { failuresOf, reportRun } from "./run-report";
import { startSharedPlugin } from "./shared-plugin";
import { swarmFailure } from "./swarm";

/**
 * `make preview`: shows what `up` would change. Connects to no host, unless it looks at them as well.
 * @param isLive whether it looks at the hosts as they are now.
 * @returns the exit code.
 */
export async function preview(invocation: Invocation, runs: EngineRuns, isLive: boolean): Promise<number> {
  const { stack, environment, flags } = invocation;
  // Further flags may let a preview refresh, and that connects to the hosts.
  const shared = flags.length === 0 ? await startSharedPlugin("stacks", stack, environment) : undefined;
  try {
    const status = await createStack(invocation);
    if (status !== 0) return status;
    const run = await runs.start([], shared?.environment);
    const succeeded = run.end.status === 0;
    if (succeeded) process.stdout.write(`\n${describePreview(run.log.events())}\n`);
    if (isLive) {
      await printDrift(stack, environment);
      if (succeeded) await printRenderings(stack, environment);
    }
    reportRun(invocation, run, failuresOf(run), [swarmFailure(run.log.events()) ?? ""]);
    return run.end.status;
  } finally {
    shared?.end();
  }
}

/** Says on stdout what `up` would change in the configs of the stack's hosts or nodes. The preview has already shown what happens to the containers. */
async function printRenderings(stack: string, environment: NodeJS.ProcessEnv): Promise<void> {
  // Loaded only now: no other run needs it.
  const { describeRenderings, readStackSettings, renderHosts, renderNodes, resolveDockerGen } =
    await import("../render/index.js");
  const { hosts, rollout, swarm } = await readStackSettings(stack, environment);
  const renderings =
    swarm === undefined
      ? await renderHosts(hosts, { program: await resolveDockerGen(stack) })
      : await renderNodes(swarm, { stack });
  process.stdout.write(`${describeRenderings(renderings)}\n`);
  if (rollout.proofSeconds === undefined) return;
  const { acceptanceId, describeAcceptance, predictedLosses } = await import("../rollout/accept.js");
  const losses = predictedLosses(renderings);
  if (losses.length > 0) process.stdout.write(`${describeAcceptance(stack, acceptanceId(losses))}\n`);
}
