import { readState } from "../look";
import type { EarlyRunOptions } from "./early-run";
import { targetsInState } from "./engine-targets";
import { EventLog } from "./event-log";
import { endPlugins } from "./plugins";
import { runPulumi, type PulumiEnd } from "./pulumi";
import { reword } from "./rewording";
import { watchForHangingHosts } from "./run-watch";

/** What `make preview`, `make up` and `make destroy` are called with. */
export interface Invocation {
  readonly operation: "preview" | "up" | "destroy";
  readonly stack: string;
  /** Environment variables for `pulumi`. */
  readonly environment: NodeJS.ProcessEnv;
  /** Further flags for it. */
  readonly flags: readonly string[];
}

/** How a run of Pulumi ended that did the operation itself. */
export interface FinishedRun {
  readonly end: PulumiEnd;
  readonly log: EventLog;
  /** Why hosts were given up, by their name. */
  readonly givenUp: ReadonlyMap<string, string>;
}

/** The runs of Pulumi for one invocation: as a rule one; a run that was started early may be followed by another. */
export class EngineRuns {
  private readonly logs: EventLog[] = [];

  constructor(private readonly invocation: Invocation) {}

  /**
   * Runs the operation, and gives up on hosts for which it would wait forever.
   * @param flags of this run only.
   * @param environment variables of this run only.
   * @param output takes what Pulumi prints. Default: it is shown at once.
   */
  async start(
    flags: readonly string[] = [],
    environment: NodeJS.ProcessEnv = {},
    output?: EarlyRunOptions["output"],
  ): Promise<FinishedRun> {
    const { operation, stack } = this.invocation;
    const log = new EventLog();
    this.logs.push(log);
    let id: number | undefined;
    const watch = watchForHangingHosts({
      log,
      otherTargets: async () =>
        targetsInState((await readState(stack, this.invocation.environment))?.deployment.resources ?? []),
      onHanging: (hosts) => {
        process.stderr.write(
          `\nNo longer answering: ${hosts.join(", ")}. Pulumi's plugins are ended, since they would wait for ever; Pulumi calls that "exited prematurely".\n`,
        );
        if (id !== undefined) void endPlugins(id);
      },
    });
    try {
      const end = await runPulumi(
        [
          operation,
          "--stack",
          stack,
          "--event-log",
          log.path,
          ...flagsOf(operation),
          ...flags,
          ...this.invocation.flags,
        ],
        { ...this.invocation.environment, PULUMI_DEBUG_COMMANDS: "true", ...environment },
        { log, onStart: (process) => (id = process), reword: rewordFor(stack), ...(output && { output }) },
      );
      return { end, log, givenUp: watch.end() };
    } finally {
      watch.end();
    }
  }

  /** Removes the runs' event logs: call it when nothing reads them any more. */
  close(): void {
    for (const log of this.logs) log.close();
  }
}

/**
 * Creates the stack if it isn't there; otherwise Pulumi says why it can't be used.
 * @returns the exit code: 0 if the stack is there.
 */
export async function createStack({ stack, environment }: Invocation): Promise<number> {
  const { status } = await runPulumi(["stack", "select", "--create", stack], environment, { reword: rewordFor(stack) });
  return status;
}

function rewordFor(stack: string): (text: string) => string {
  return (text) => reword(stack, text, { colours: process.stderr.isTTY });
}

/** Without a terminal nobody can be asked, so the operation is carried out. */
function flagsOf(operation: Invocation["operation"]): string[] {
  if (operation === "preview") return ["--diff"];
  return [
    "--continue-on-error",
    ...(process.stdin.isTTY ? [] : ["--yes"]),
    ...(operation === "up" ? ["--skip-preview"] : []),
  ];
}
