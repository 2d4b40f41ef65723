import { UserError } from "../shared/errors";
import { readState } from "../look";
import type { Rollout } from "../rollout";
import { wantsProof } from "../rollout/settings";
import { EarlyRun } from "./early-run";
import { createStack, type EngineRuns, type FinishedRun, type Invocation } from "./engine-run";
import { forgetInterrupted } from "./interrupted";
import { describeRemainingHosts } from "./remaining-hosts";
import { findLeftovers, repairHosts } from "./repairs";
import { failuresOf, reportRun } from "./run-report";
import { hostNames } from "./stack-file";
import { refreshServices, swarmFailure } from "./swarm";

/**
 * `make up`: inspects the hosts, deploys the stack, replaces what is missing or damaged there, and, with `rollout.proof`, has
 * the hosts prove that they still collect.
 * @returns the exit code.
 * @throws {UserError} if the hosts can't be inspected, or the proof can't begin.
 */
export async function up(invocation: Invocation, runs: EngineRuns): Promise<number> {
  const { stack, environment } = invocation;
  let early = mayStartEarly(stack)
    ? await EarlyRun.start((options) => runs.start([], options.environment, options.output))
    : undefined;
  /** @returns false if the early run had ended by itself: then it stands for the run. */
  const stopEarlyRun = async (): Promise<boolean> => {
    if (early === undefined) return true;
    if (!(await early.stop())) return false;
    early = undefined;
    return true;
  };
  try {
    const state = await readState(stack, environment);
    // Each process of Pulumi takes time, and a stack whose state can be read is there.
    if (state === undefined) {
      await early?.stop();
      early = undefined;
      const status = await createStack(invocation);
      if (status !== 0) return status;
    }
    const repairs = await repairHosts(stack, environment, state, stopEarlyRun);
    const rollout = await startRollout(stack, environment);
    const replace = repairs.replace.flatMap((urn) => ["--replace", urn]);
    const run = await (early === undefined ? runs.start(replace, rollout?.environment) : early.proceed());
    early = undefined;
    const wentBack = (await rollout?.end()) ?? [];
    await forgetInterrupted(invocation, state, run);
    return await finish(invocation, run, wentBack, repairs.again);
  } finally {
    await early?.stop();
  }
}

/**
 * Reports a run, and what it has left on the hosts.
 * @param wentBack a line for each host that went back to what it had.
 * @param repaired names of the hosts to inspect once more.
 * @returns the exit code.
 */
async function finish(
  invocation: Invocation,
  run: FinishedRun,
  wentBack: readonly string[],
  repaired: readonly string[],
): Promise<number> {
  const { stack, environment } = invocation;
  const { end, log } = run;
  const failures = failuresOf(run);
  const failedSwarm = swarmFailure(log.events());
  if (failedSwarm !== undefined) await refreshServices(stack, environment);
  const failed = new Set(failures.map(({ host }) => host));
  // Why a host has failed is reported already.
  const again = end.interrupted || end.signal !== undefined ? [] : repaired.filter((name) => !failed.has(name));
  const left = await findLeftovers(again, stack, environment);
  const remaining =
    end.status === 0
      ? []
      : describeRemainingHosts(stack, await readState(stack, environment), {
          listed: hostNames("stacks", stack),
          failed,
        });
  reportRun(invocation, run, failures, [failedSwarm ?? "", ...wentBack, ...left.lines, ...remaining]);
  return end.status === 0 && left.failed ? 1 : end.status;
}

/**
 * Whether Pulumi may start while the hosts are still inspected: not on a terminal, where it draws by itself and asks, and not
 * if the proofs need its state first.
 */
function mayStartEarly(stack: string): boolean {
  const isOnTerminal = process.stdin.isTTY || process.stdout.isTTY;
  return !isOnTerminal && (process.env["ACCEPT"] ?? "") === "" && !wantsProof("stacks", stack);
}

/** What hosts have to prove in an `up`, and what they may lose; undefined where the stack says nothing of it. */
async function startRollout(stack: string, environment: NodeJS.ProcessEnv): Promise<Rollout | undefined> {
  const accept = process.env["ACCEPT"] ?? "";
  if (!wantsProof("stacks", stack)) {
    if (accept === "") return undefined;
    throw new UserError(`ACCEPT is for stacks with rollout.proof, and ${stack} has none. Leave it out.`);
  }
  // Loaded only now: it brings the providers' packages with it.
  const { Rollout } = await import("../rollout/index.js");
  return Rollout.start(stack, environment, accept);
}
