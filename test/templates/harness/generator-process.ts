import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { generatorBinary } from "./generator-binary";

/** How a generator is started. */
export interface GeneratorStart {
  arguments: string[];
  /** Added to PATH and HOME, which are all that it inherits. */
  env: Record<string, string>;
  /** Default: the caller's. */
  cwd?: string;
}

/** How it ended. */
export interface GeneratorEnd {
  /** null when a signal ended it. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

const pollInterval = 10;
/** Milliseconds. A rendering of large texts has taken 15 s beside other tests. */
const defaultDeadline = 60_000;
const terminateInterval = 100;

/** A generator that runs. */
export class GeneratorProcess {
  /** Standard error so far: the log. */
  log = "";
  /** Standard output so far. */
  output = "";
  readonly ended: Promise<GeneratorEnd>;
  private isRunning = true;

  private constructor(private readonly child: ChildProcessByStdio<null, Readable, Readable>) {
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.log += text));
    child.stdout.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    // "close" comes after the last output was read, unlike "exit".
    this.ended = once(child, "close").then(([exitCode, signal]) => {
      this.isRunning = false;
      return { exitCode: exitCode as number | null, signal: signal as NodeJS.Signals | null };
    });
  }

  /** Starts the generator that {@link generatorBinary} finds. */
  static async start({ arguments: args, env, cwd }: GeneratorStart): Promise<GeneratorProcess> {
    const inherited = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "/" };
    const child = spawn(await generatorBinary(), args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...inherited, ...env },
      ...(cwd === undefined ? {} : { cwd }),
    });
    await once(child, "spawn");
    return new GeneratorProcess(child);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The log without the time at the beginning of each line. */
  get logLines(): string[] {
    return withoutTimes(this.log)
      .split("\n")
      .filter((line) => line !== "");
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /**
   * Waits until the log holds a line that matches, as often as wanted.
   *
   * @throws after the deadline (milliseconds), or when the generator ends before, with the log
   */
  async logged(pattern: RegExp, times = 1, deadline = defaultDeadline): Promise<void> {
    await this.until(() => this.logLines.filter((line) => pattern.test(line)).length >= times, String(pattern), deadline);
  }

  /**
   * Waits until a condition holds.
   *
   * @param what named in the error
   * @throws after the deadline (milliseconds), or when the generator ends before, with the log
   */
  async until(condition: () => boolean, what: string, deadline = defaultDeadline): Promise<void> {
    for (const end = Date.now() + deadline; !condition(); ) {
      if (!this.isRunning) {
        throw new Error(`the generator ended before: ${what}\n${this.log}`);
      }
      if (Date.now() > end) {
        throw new Error(`not within ${deadline} ms: ${what}\n${this.log}`);
      }
      await new Promise((resolve) => setTimeout(resolve, pollInterval));
    }
  }

  /**
   * Ends it with SIGTERM, sent again until it is gone: each of its parts has to take the signal for itself. One that
   * is not gone after the deadline (milliseconds) is killed.
   */
  async terminate(deadline = defaultDeadline): Promise<GeneratorEnd> {
    if (this.isRunning) {
      this.kill("SIGTERM");
    }
    const again = setInterval(() => this.kill("SIGTERM"), terminateInterval);
    const last = setTimeout(() => this.kill("SIGKILL"), deadline);
    try {
      return await this.ended;
    } finally {
      clearInterval(again);
      clearTimeout(last);
    }
  }
}

/** Takes the time off the beginning of each line of a log. */
export function withoutTimes(log: string): string {
  return log.replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /gm, "");
}
