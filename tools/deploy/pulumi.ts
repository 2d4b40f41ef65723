import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";

import { UserError } from "../shared/errors";
import { shownLines } from "../shared/shown";
import type { EventLog } from "./event-log";

/** How a run of `pulumi` ended. */
export interface PulumiEnd {
  /** 130 where a signal ended it. */
  readonly status: number;
  /** The signal that ended it, if one did. */
  readonly signal: NodeJS.Signals | undefined;
  /** The end of what it said on stderr. */
  readonly stderr: string;
}

/** What a run of `pulumi` gets besides its arguments. */
export interface PulumiOptions {
  /** The event log that it is to write. Default: none. */
  readonly log?: EventLog | undefined;
  /** What is shown in place of what it says on stderr. Default: its own words. */
  readonly reword?: (text: string) => string;
  /** Called with its process id once it runs. Default: nothing. */
  readonly onStart?: (id: number) => void;
}

/** More than its longest message about locks. */
const keptCharacters = 16_384;

/** What was written before the end arrives within this time. */
const lastWordsMs = 1000;

/**
 * Runs `pulumi` on this terminal and tells how it ended.
 * Ctrl-C goes to it by the terminal itself; this process waits for it to finish the step that it is at.
 */
export async function runPulumi(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  { log, reword = (text) => text, onStart }: PulumiOptions = {},
): Promise<PulumiEnd> {
  const wait = (): void => undefined;
  process.on("SIGINT", wait);
  // On a terminal Pulumi draws by itself, and needs one to do so. What it quotes there of a host's words, the scripts on
  // the hosts have made harmless.
  const drawn = process.stdout.isTTY;
  const child = spawn("pulumi", args, {
    env: environment,
    stdio: ["inherit", drawn ? "inherit" : "pipe", "pipe", log?.descriptor ?? "ignore"],
  }) as ChildProcessByStdio<null, Readable | null, Readable>;
  if (child.pid !== undefined) onStart?.(child.pid);
  const endOfLines = child.stdout === null ? () => undefined : showByLine(child.stdout);
  const forward = (): void => void child.kill("SIGINT");
  process.on("SIGTERM", forward);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    process.stderr.write(reword(text));
    stderr = (stderr + text).slice(-keptCharacters);
  });
  try {
    return await new Promise<PulumiEnd>((resolve, reject) => {
      child.once("error", (error) => reject(new UserError(`pulumi can't be started: ${error.message}`)));
      const end = (status: number | null, signal: NodeJS.Signals | null): void => {
        endOfLines();
        resolve({ status: status ?? 130, signal: signal ?? undefined, stderr });
      };
      child.once("close", end);
      // Plugins that outlive a killed pulumi would hold its stderr open.
      child.once("exit", (...args) => setTimeout(() => end(...args), lastWordsMs).unref());
    });
  } finally {
    child.stdout?.destroy();
    child.stderr.destroy();
    process.removeListener("SIGINT", wait);
    process.removeListener("SIGTERM", forward);
  }
}

/**
 * Shows what a process prints, line by line, fit for being shown: a secret may come in two pieces.
 * @returns shows a last line that had no end.
 */
function showByLine(stream: Readable): () => void {
  let partial = "";
  stream.setEncoding("utf8").on("data", (text: string) => {
    const lines = (partial + text).split("\n");
    partial = lines.pop() ?? "";
    if (lines.length > 0) process.stdout.write(`${shownLines(lines.join("\n"))}\n`);
  });
  return () => {
    if (partial !== "") process.stdout.write(shownLines(partial));
    partial = "";
  };
}
