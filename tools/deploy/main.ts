/** `make preview`, `up`, `destroy` and `unlock`: runs Pulumi with the resolved toolchain, and reports failures host by host. */
import { hostname } from "node:os";

import { runMain, UserError } from "../shared/errors";
import type { Rollout } from "../rollout";
import { wantsProof } from "../rollout/settings";
import { readState } from "../look";
import { EarlyRun, type EarlyRunOptions } from "./early-run";
import { targetsInState } from "./engine-targets";
import { pulumiEnvironment } from "./environment";
import { EventLog } from "./event-log";
import { describeFailures, type HostFailure, readFailures, withGivenUp, withoutInterrupted } from "./failures";
import { describeKilled, describeLocks, readLocks } from "./locks";
import { type Leftovers, repairHosts, printDrift, findLeftovers } from "./repairs";
import { describePreview } from "./preview-summary";
import { endPlugins } from "./plugins";
import { runPulumi, type PulumiEnd, type PulumiOptions } from "./pulumi";
import { describeRemainingHosts } from "./remaining-hosts";
import { reword } from "./rewording";
import { watchForHangingHosts } from "./run-watch";
import { startSharedPlugin } from "./shared-plugin";
import { describeSharedSettings } from "./shared-settings";
import { checkStackFile, hostNames } from "./stack-file";
import { requireStack } from "./stacks";
import { refreshServices, swarmFailure } from "./swarm";
import { hostsInState, sweepHosts } from "./sweep";
import { unlock } from "./unlock";

const operations = ["preview", "up", "destroy", "unlock"] as const;
type Operation = (typeof operations)[number];

async function main(): Promise<number> {
  const [operation, stackName, ...further] = process.argv.slice(2);
  if (!operations.includes(operation as Operation)) {
    throw new UserError(`Name one of: ${operations.join(", ")}.`);
  }
  const stack = requireStack("stacks", stackName);
  const isLive = readLive();
  if (operation !== "unlock") checkStackFile("stacks", stack);
  const sharedSettings = operation === "unlock" ? undefined : describeSharedSettings("stacks", stack);
  if (sharedSettings !== undefined) process.stderr.write(`${sharedSettings}\n`);
  const environment = await pulumiEnvironment(stack, operation === "unlock" ? "state" : "deployment");
  const pulumi = (
    args: readonly string[],
    more: NodeJS.ProcessEnv = {},
    options: Pick<PulumiOptions, "log" | "onStart" | "output"> = {},
  ): Promise<PulumiEnd> =>
    runPulumi(
      args,
      { ...environment, ...more },
      { ...options, reword: (text) => reword(stack, text, { colours: process.stderr.isTTY }) },
    );
  if (operation === "unlock") return unlock(stack, environment);
  // Further flags may let a preview refresh, and that connects to the hosts.
  const shared =
    operation === "preview" && further.length === 0 ? await startSharedPlugin("stacks", stack, environment) : undefined;
  const logs: EventLog[] = [];
  const start = (
    flags: readonly string[],
    more: NodeJS.ProcessEnv = {},
    output?: EarlyRunOptions["output"],
  ): Promise<FinishedRun> => {
    const log = new EventLog();
    logs.push(log);
    const running: { id?: number } = {};
    const hangingHosts = watchForHangingHosts({
      log,
      otherTargets: async () => targetsInState((await readState(stack, environment))?.deployment.resources ?? []),
      onHanging: (hosts) => {
        process.stderr.write(
          `\nNo longer answering: ${hosts.join(", ")}. Pulumi's plugins are ended, since they would wait for ever; Pulumi calls that "exited prematurely".\n`,
        );
        if (running.id !== undefined) void endPlugins(running.id);
      },
    });
    return pulumi(
      [operation as Operation, "--stack", stack, "--event-log", log.path, ...flagsOf(operation as Operation), ...flags],
      { PULUMI_DEBUG_COMMANDS: "true", ...shared?.environment, ...more },
      { log, onStart: (id) => (running.id = id), ...(output && { output }) },
    ).then(
      (end) => ({ end, log, givenUp: hangingHosts.end() }),
      (error: unknown) => {
        hangingHosts.end();
        throw error;
      },
    );
  };
  let early: EarlyRun<FinishedRun> | undefined;
  try {
    if (operation === "up" && mayStartEarly(stack)) {
      early = await EarlyRun.start(({ environment, output }) => start(further, environment, output));
    }
    const state = operation === "preview" ? undefined : await readState(stack, environment);
    // Each process of Pulumi takes time, and a stack whose state can be read is there. Otherwise Pulumi creates it, or says why not.
    if (state === undefined) {
      await early?.stop();
      early = undefined;
      const selected = await pulumi(["stack", "select", "--create", stack]);
      if (selected.status !== 0) return selected.status;
    }
    const mayRepair = async (): Promise<boolean> => {
      if (early === undefined) return true;
      if (!(await early.stop())) return false;
      early = undefined;
      return true;
    };
    const before = operation === "up" ? await repairHosts(stack, environment, state, mayRepair) : undefined;
    const rollout = operation === "up" ? await startRollout(stack, environment) : undefined;
    // Further flags may leave hosts out.
    const inState = operation === "destroy" && further.length === 0 ? state : undefined;
    const afterUp = async (again: readonly string[], failures: readonly HostFailure[]): Promise<Leftovers> => {
      // What is wrong with a host that has failed is told already.
      const failed = new Set(failures.map(({ host }) => host));
      return findLeftovers(
        again.filter((name) => !failed.has(name)),
        stack,
        environment,
      );
    };
    const replaced = before?.replace.flatMap((urn) => ["--replace", urn]) ?? [];
    const { end, log, givenUp } = await (early === undefined
      ? start([...replaced, ...further], rollout?.environment)
      : early.proceed());
    early = undefined;
    const wentBack = (await rollout?.end()) ?? [];
    if (operation === "preview" && end.status === 0) process.stdout.write(`\n${describePreview(log.events())}\n`);
    if (operation === "preview" && isLive) {
      await printDrift(stack, environment);
      if (end.status === 0) await printRenderings(stack, environment);
    }
    const found = readFailures(log.events());
    const failures = withGivenUp(end.interrupted ? withoutInterrupted(found) : found, givenUp);
    const failedSwarm = swarmFailure(log.events());
    if (operation !== "preview" && failedSwarm !== undefined) await refreshServices(stack, environment);
    const nothing: Leftovers = { lines: [], failed: false };
    const repaired =
      before && end.signal === undefined && !end.interrupted ? await afterUp(before.again, failures) : nothing;
    const after = inState && end.status === 0 ? await sweepHosts(stack, hostsInState(inState), environment) : repaired;
    const remaining =
      operation === "up" && end.status !== 0
        ? describeRemainingHosts(stack, await readState(stack, environment), {
            listed: hostNames("stacks", stack),
            failed: new Set(failures.map(({ host }) => host)),
          })
        : [];
    const told = [
      describeFailures(failures, stack),
      failedSwarm ?? "",
      ...wentBack,
      ...after.lines,
      ...remaining,
      describeEnd(stack, operation as Operation, end),
    ].filter((text) => text !== "");
    if (told.length > 0) process.stderr.write(`\n${told.join("\n")}\n`);
    return end.status === 0 && after.failed ? 1 : end.status;
  } finally {
    await early?.stop();
    shared?.end();
    for (const log of logs) log.close();
  }
}

/** How a run of Pulumi ended that did the operation itself. */
interface FinishedRun {
  readonly end: PulumiEnd;
  readonly log: EventLog;
  /** Why hosts were given up, by their name. */
  readonly givenUp: ReadonlyMap<string, string>;
}

/**
 * Whether Pulumi may start while the hosts are still inspected: not on a terminal, where it draws by itself and asks, and not
 * if the proofs need its state first.
 */
function mayStartEarly(stack: string): boolean {
  const isOnTerminal = process.stdin.isTTY || process.stdout.isTTY;
  return !isOnTerminal && (process.env["ACCEPT"] ?? "") === "" && !wantsProof("stacks", stack);
}

/** Whether a preview looks at the hosts, too. */
function readLive(): boolean {
  const { LIVE: live = "" } = process.env;
  if (live === "yes" || live === "") return live !== "";
  throw new UserError(`LIVE=${live} is not understood: write LIVE=yes, or leave it out.`);
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

/** What a run leaves behind that the next one can't get past by itself. */
function describeEnd(stack: string, operation: Operation, { signal, status, interrupted, stderr }: PulumiEnd): string {
  if (signal === "SIGKILL") return describeKilled(stack, signal);
  const locks = readLocks(stderr);
  if (locks !== undefined) return describeLocks(stack, locks, { machine: hostname(), isRunning });
  return interrupted && status !== 0 && operation !== "preview"
    ? `The run was interrupted. To finish it: make ${operation} STACK=${stack}`
    : "";
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Without a terminal nobody can be asked, so what was ordered is done. */
function flagsOf(operation: Operation): string[] {
  if (operation === "preview") return ["--diff"];
  return [
    "--continue-on-error",
    ...(process.stdin.isTTY ? [] : ["--yes"]),
    ...(operation === "up" ? ["--skip-preview"] : []),
  ];
}

runMain(main);
