import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { SandboxDeployment } from "../../../tools/sandbox/deployment";
import { waitFor } from "../../../tools/shared/wait";

/** How a run is cut off: `SIGINT` as Ctrl-C does; killed by itself; or with its program and plugins, as a power cut does. */
export type Cut = "SIGINT" | "SIGKILL of pulumi alone" | "SIGKILL of pulumi with its program and plugins";

/** A run of `pulumi` that may have been cut off. */
export interface CutRun {
  /** Undefined where a signal ended it. */
  readonly status: number | undefined;
  readonly output: string;
  /** How many events the engine had logged in the end. */
  readonly events: number;
  /** Processes that it had started and that outlived it; each ends by itself, or {@link endOfOrphans} throws. */
  readonly orphans: readonly Process[];
}

/** A process, told from a later one of the same id by its start time. */
interface Process {
  readonly id: number;
  readonly name: string;
  readonly started: string;
}

/** What is done to a run, once the engine has logged so many events. */
export interface Interruption {
  readonly afterEvents: number;
  /** Gets the id of pulumi's process; returns the processes that are left to end by themselves. */
  readonly act: (pulumi: number) => Promise<readonly Process[]>;
}

/** Runs `pulumi up` and interrupts it; without an interruption it runs to its end. */
export async function interruptedUp(deployment: SandboxDeployment, interruption?: Interruption): Promise<CutRun> {
  const folder = mkdtempSync(join(tmpdir(), "interrupted-up-"));
  const log = join(folder, "events.json");
  const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", deployment.stack, "--event-log", log];
  const child = spawn("pulumi", args, {
    env: { ...deployment.environment, PULUMI_DEBUG_COMMANDS: "true" },
    stdio: ["ignore", "pipe", "pipe"],
    // Away from the terminal, whose Ctrl-C and job control are not to be part of the test.
    detached: true,
  });
  const run = { output: "", ended: false };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (run.output += text));
  }
  const ended = new Promise<number | undefined>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (status) => {
      run.ended = true;
      resolve(status ?? undefined);
    });
  });
  try {
    let orphans: readonly Process[] = [];
    if (interruption !== undefined && child.pid !== undefined) {
      while (!run.ended && countLines(log) < interruption.afterEvents) await sleep(5);
      if (!run.ended) orphans = await interruption.act(child.pid);
    }
    const status = await ended;
    return { status, output: run.output, events: countLines(log), orphans };
  } finally {
    // Plugins that outlive it would hold these open.
    child.stdout.destroy();
    child.stderr.destroy();
    rmSync(folder, { recursive: true });
  }
}

/** Cuts a run off. */
export function cutBy(how: Cut): Interruption["act"] {
  return (pulumi) => {
    if (how === "SIGINT") {
      process.kill(pulumi, "SIGINT");
      return Promise.resolve([]);
    }
    // Stopped first, so that it starts nothing more while its processes are looked for.
    process.kill(pulumi, "SIGSTOP");
    const started = descendants(pulumi);
    process.kill(pulumi, "SIGKILL");
    if (how === "SIGKILL of pulumi alone") return Promise.resolve(started);
    started.forEach(({ id }) => killIfThere(id));
    return Promise.resolve([]);
  };
}

/** Holds a run still while something else happens. */
export function holdWhile(happens: () => Promise<void>): Interruption["act"] {
  return async (pulumi) => {
    process.kill(pulumi, "SIGSTOP");
    try {
      await happens();
    } finally {
      process.kill(pulumi, "SIGCONT");
    }
    return [];
  };
}

/** Sends a signal to the `pulumi up` of a stack that `make` has started, once its engine has logged so many events. */
export async function signalPulumiOf(stack: string, afterEvents: number, signal: NodeJS.Signals): Promise<void> {
  await waitFor(
    "the engine to be at work",
    () => {
      const pulumi = processIds().find((id) => commandLine(id).startsWith(`pulumi\0up\0--stack\0${stack}\0`));
      // Its log is a file without a name.
      if (pulumi === undefined || countLines(`/proc/${pulumi}/fd/3`) < afterEvents) return Promise.resolve(false);
      process.kill(pulumi, signal);
      return Promise.resolve(true);
    },
    { timeoutMs: 120_000, intervalMs: 20 },
  );
}

/** Kills the `make up` of a stack with everything that it has started, as a power cut does. */
export function killUpOf(stack: string): void {
  const id = processIds().find(
    (one) =>
      /^\S*node\0.*\0tools\/deploy\/main\.ts\0up\0/.test(commandLine(one)) && commandLine(one).includes(`\0${stack}\0`),
  );
  if (id === undefined) throw new Error(`no make up of ${stack} runs`);
  // Stopped first, so that it starts nothing more while its processes are looked for.
  process.kill(id, "SIGSTOP");
  for (const one of [id, ...descendants(id).map((found) => found.id)]) killIfThere(one);
}

function killIfThere(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** Waits until processes that have outlived a run have ended. The vendor's plugins look for their engine every few minutes. */
export async function endOfOrphans(orphans: readonly Process[]): Promise<void> {
  await waitFor(
    "the end of plugins and program whose engine was killed",
    async () => {
      const left = orphans.filter(({ id, started }) => readProcess(id)?.started === started);
      if (left.length > 0) throw new Error(left.map(({ id, name }) => `${name} (${id})`).join(", "));
      return Promise.resolve(true);
    },
    { timeoutMs: 330_000 },
  );
}

function descendants(of: number): Process[] {
  const all = processIds()
    .map(readProcess)
    .filter((found) => found !== undefined);
  const found: (Process & { parent: number })[] = [];
  for (let parents = new Set([of]); parents.size > 0;) {
    const children = all.filter(({ parent }) => parents.has(parent));
    found.push(...children);
    parents = new Set(children.map(({ id }) => id));
  }
  return found;
}

function processIds(): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
}

/** Its arguments, each ended by a zero byte; empty where there is no such process. */
function commandLine(id: number): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

/** See proc(5), /proc/PID/stat: the name stands in brackets and may hold anything. A zombie has ended. */
function readProcess(id: number): (Process & { parent: number }) | undefined {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, parent, started] = [fields[0], fields[1], fields[19]];
    if (state === "Z" || parent === undefined || started === undefined) return undefined;
    return { id, name: stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")")), parent: Number(parent), started };
  } catch {
    return undefined;
  }
}

function countLines(file: string): number {
  try {
    const content = readFileSync(file);
    let lines = 0;
    for (let end = content.indexOf(10); end !== -1; end = content.indexOf(10, end + 1)) lines++;
    return lines;
  } catch {
    return 0;
  }
}
