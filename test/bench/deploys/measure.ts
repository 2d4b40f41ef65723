import { resolve } from "node:path";

import { ProcessError, run } from "../../../tools/shared/run";
import type { Step, Target } from "./contender";

const root = resolve(__dirname, "..", "..", "..");

/** What one run of a step has cost. */
export interface StepCost {
  /** In seconds. */
  readonly wall: number;
  /** Processor time on the machine that deploys, in seconds: the command and all that it waited for. */
  readonly processor: number;
  /** ssh connections to all hosts together. */
  readonly connections: number;
}

/** Runs a step and measures it. Throws with the end of its output where it fails: a failed run has no time. */
export async function measureStep(step: Step, targets: readonly Target[]): Promise<StepCost> {
  const before = await connectionsTo(targets);
  // The shell's `time` adds up the processor time of the processes that have ended.
  const script = 'TIMEFORMAT="processor %U %S"; time "$@"';
  const started = performance.now();
  const { status, stdout, stderr } = await run("bash", ["-c", script, "bash", ...step.command], {
    cwd: step.folder ?? root,
    env: { ...process.env, ...step.environment },
    check: false,
    title: step.command.slice(0, 3).join(" "),
    timeoutMs: 900_000,
  });
  const wall = (performance.now() - started) / 1000;
  if (status !== 0) {
    throw new ProcessError(
      `${step.command.join(" ")} failed with status ${status}.\n${stdout.slice(-2000)}\n${stderr.slice(-2000)}`,
    );
  }
  const [, user = "", system = ""] = /^processor ([\d.]+) ([\d.]+)$/m.exec(stderr) ?? [];
  return { wall, processor: Number(user) + Number(system), connections: (await connectionsTo(targets)) - before };
}

/** The connections that the hosts' sshd has noted so far. */
async function connectionsTo(targets: readonly Target[]): Promise<number> {
  const logs = await Promise.all(targets.map(({ host }) => host.sshdLog()));
  return logs.reduce((sum, log) => sum + log.split("Connection from ").length - 1, 0);
}
