import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";

import { UserError } from "../shared/errors";
import { shownLines } from "../shared/shown";
import { leaveSignals } from "../shared/signals";
import type { EventLog } from "./event-log";
import { HeldOutput } from "./held-output";

/** How a run of `pulumi` ended. */
export interface PulumiEnd {
  /** 130 if a signal ended it. */
  readonly status: number;
  /** The signal that ended it, if one did. */
  readonly signal: NodeJS.Signals | undefined;
  /** Whether somebody has interrupted it, such as by Ctrl-C. */
  readonly interrupted: boolean;
  /** The end of its stderr. */
  readonly stderr: string;
}

/** Options of a run of `pulumi`. */
export interface PulumiOptions {
  /** The event log for it to write. Default: none. */
  readonly log?: EventLog | undefined;
  /** Rewords its stderr before it is shown. Default: unchanged. */
  readonly reword?: (text: string) => string;
  /** Called with its process id once it runs. Default: nothing. */
  readonly onStart?: (id: number) => void;
  /** Takes its output, unless it draws on a terminal. Default: the output is shown at once. */
  readonly output?: HeldOutput;
  /** Whether it draws on a terminal, if there is one. Default: yes. */
  readonly draws?: boolean;
}

/** The most that is kept of stderr: more than the longest message about locks. */
const keptCharacters = 16_384;

/** A terminal that is closed would end pulumi at once, with its lock left. It ends in order, since it gets SIGINT then. */
const ignoringTerminal = `trap '' HUP; exec pulumi "$@"`;

/** How long to wait for the last output after the process has ended, in milliseconds. */
const outputGraceMs = 1000;

/**
 * Runs `pulumi` on this terminal and returns how it ended. The terminal sends Ctrl-C to it directly; this process waits for it
 * to finish its current step.
 */
export async function runPulumi(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  { log, reword = (text) => text, onStart, output = shownAtOnce(), draws = true }: PulumiOptions = {},
): Promise<PulumiEnd> {
  let interrupted = false;
  const release = leaveSignals(
    () => void child.kill("SIGINT"),
    () => (interrupted = true),
  );
  // On a terminal Pulumi draws by itself, and needs one to do so. What it quotes there of a host's words, the scripts on
  // the hosts have made harmless.
  const drawn = draws && process.stdout.isTTY;
  const child = spawn("sh", ["-c", ignoringTerminal, "sh", ...args], {
    env: environment,
    stdio: ["inherit", drawn ? "inherit" : "pipe", "pipe", log?.descriptor ?? "ignore"],
  }) as ChildProcessByStdio<null, Readable | null, Readable>;
  if (child.pid !== undefined) onStart?.(child.pid);
  const endOfLines = child.stdout === null ? () => undefined : showByLine(child.stdout, output);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.write(process.stderr, reword(text));
    stderr = (stderr + text).slice(-keptCharacters);
  });
  try {
    return await new Promise<PulumiEnd>((resolve, reject) => {
      child.once("error", (error) => reject(new UserError(`Can't start pulumi: ${error.message}`)));
      const end = (status: number | null, signal: NodeJS.Signals | null): void => {
        endOfLines();
        resolve({ status: status ?? 130, signal: signal ?? undefined, interrupted, stderr });
      };
      child.once("close", end);
      // Plugins that outlive a killed pulumi keep its stderr open.
      child.once("exit", (...args) => setTimeout(() => end(...args), outputGraceMs).unref());
    });
  } finally {
    child.stdout?.destroy();
    child.stderr.destroy();
    release();
  }
}

/**
 * Prints a process's output line by line and masked; whole lines, because a secret may arrive in two pieces.
 * @returns prints an unfinished last line.
 */
function showByLine(stream: Readable, output: HeldOutput): () => void {
  let partial = "";
  stream.setEncoding("utf8").on("data", (text: string) => {
    const lines = (partial + text).split("\n");
    partial = lines.pop() ?? "";
    if (lines.length > 0) output.write(process.stdout, `${shownLines(lines.join("\n"))}\n`);
  });
  return () => {
    if (partial !== "") output.write(process.stdout, shownLines(partial));
    partial = "";
  };
}

function shownAtOnce(): HeldOutput {
  const output = new HeldOutput();
  output.show();
  return output;
}
