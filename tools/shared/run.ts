import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { UserError } from "./errors";

/** Options of {@link run}. */
export interface RunOptions {
  /** Environment variables. Default: those of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Working directory. Default: that of this process. */
  readonly cwd?: string;
  /** Content of stdin: text, bytes, or a stream. Default: empty. */
  readonly input?: string | Buffer | Readable;
  /** Time limit in milliseconds. After it, the process is killed and the run fails. Default: 10 minutes. */
  readonly timeoutMs?: number;
  /** Time limit in milliseconds for the first output. After it, the process is killed and the run fails. Default: none. */
  readonly silenceMs?: number;
  /** Limit for stdout and for stderr, in bytes. Beyond it, the process is killed and the run fails. Default: none. */
  readonly maxBytes?: number;
  /** Whether an exit status other than 0 throws. Default: true. */
  readonly check?: boolean;
  /** Kills the process when it is aborted; the run fails then. Default: none. */
  readonly signal?: AbortSignal;
  /** Called for each line of stdout and stderr. */
  readonly onLine?: (line: string) => void;
  /** The process's name in error messages. Never put a secret into it. Default: program and first argument. */
  readonly title?: string;
}

/** The result of a process. `status` is 128 if a signal terminated it. */
export interface RunResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process failed: it could not be started, exceeded a limit, or ended with a status other than 0. */
export class ProcessError extends UserError {
  constructor(
    message: string,
    /** Its result; `undefined` if it never started or had to be killed. */
    readonly result?: RunResult,
  ) {
    super(message);
  }
}

/**
 * Runs a program to its end, without a shell.
 * Throws {@link ProcessError}, with the last lines of its output, if it can't be started, exceeds a limit of time or output,
 * or fails (unless `check` is false). A process that exceeds a limit is killed with all its children.
 */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const title = options.title ?? [program, ...args.slice(0, 1)].join(" ");
  // Detached, so that it has its own process group and its children can be killed too: apt and go start many.
  const child = spawn(program, args, { cwd: options.cwd, env: options.env, stdio: "pipe", detached: true });
  const killAll = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has already ended.
    }
  };
  const forget = endWithThisProcess(killAll);
  options.signal?.addEventListener("abort", killAll);
  const { maxBytes = Infinity } = options;
  const exceeded = { output: false, time: false };
  const end = (limit: keyof typeof exceeded) => (): void => {
    exceeded[limit] = true;
    killAll();
  };
  const stdout = collect(child.stdout, options.onLine, maxBytes, end("output"));
  const stderr = collect(child.stderr, options.onLine, maxBytes, end("output"));
  feed(child.stdin, options.input);
  const start = Date.now();
  const stopTimers = startTimers(child, options, end("time"));
  try {
    const status = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        resolve(code ?? 128);
      });
    });
    const result = { status, stdout: stdout(), stderr: stderr() };
    if (exceeded.output) throw new ProcessError(`${title}: printed more than ${maxBytes} bytes, and was ended.`);
    if (exceeded.time)
      throw new ProcessError(`${title}: not done after ${Math.round((Date.now() - start) / 1000)} s.${tail(result)}`);
    if (status !== 0 && options.check !== false) {
      throw new ProcessError(`${title}: failed with status ${status}.${tail(result)}`, result);
    }
    return result;
  } catch (error) {
    if (error instanceof ProcessError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new ProcessError(`${title}: ${missing ? `no program '${program}' is on the PATH.` : String(error)}`);
  } finally {
    stopTimers();
    options.signal?.removeEventListener("abort", killAll);
    forget();
  }
}

/** Gives a process its input. It may end before it has read all of it: its exit status matters then, not the broken pipe. */
function feed(stdin: Writable, input: RunOptions["input"] = ""): void {
  stdin.on("error", () => undefined);
  if (typeof input === "string" || Buffer.isBuffer(input)) stdin.end(input);
  else input.pipe(stdin);
}

/** Calls `expire` at the limits of time; returns what stops that. */
function startTimers(
  { stdout, stderr }: { readonly stdout: Readable; readonly stderr: Readable },
  { timeoutMs = 600_000, silenceMs }: RunOptions,
  expire: () => void,
): () => void {
  const timers = [setTimeout(expire, timeoutMs)];
  if (silenceMs !== undefined) {
    const silence = setTimeout(expire, silenceMs);
    timers.push(silence);
    for (const stream of [stdout, stderr]) stream.once("data", () => clearTimeout(silence));
  }
  return () => timers.forEach(clearTimeout);
}

const running = new Set<() => void>();

/** Kills the child's process group too when a signal ends this process: Ctrl-C only reaches this process's own group. */
function endWithThisProcess(kill: () => void): () => void {
  if (running.size === 0) {
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
    process.on("exit", endAll);
  }
  running.add(kill);
  return () => {
    running.delete(kill);
    if (running.size === 0) stopListening();
  };
}

function endAll(): void {
  for (const kill of running) kill();
}

function stopListening(): void {
  process.removeListener("SIGINT", onSignal);
  process.removeListener("SIGTERM", onSignal);
  process.removeListener("exit", endAll);
}

function onSignal(signal: NodeJS.Signals): void {
  endAll();
  // Another listener decides how this process ends.
  if (process.listenerCount(signal) > 1) return;
  stopListening();
  process.kill(process.pid, signal);
}

function collect(
  stream: Readable,
  onLine: ((line: string) => void) | undefined,
  maxBytes: number,
  onTooLong: () => void,
): () => string {
  const chunks: string[] = [];
  let bytes = 0;
  let partial = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    bytes += Buffer.byteLength(chunk);
    if (bytes > maxBytes) {
      onTooLong();
      return;
    }
    chunks.push(chunk);
    if (onLine === undefined) return;
    const lines = (partial + chunk).split(/\r?\n|\r/);
    partial = lines.pop() ?? "";
    lines.forEach(onLine);
  });
  stream.on("end", () => {
    if (onLine !== undefined && partial !== "") onLine(partial);
  });
  return () => chunks.join("");
}

function tail(result: RunResult): string {
  const text = (result.stderr.trim() === "" ? result.stdout : result.stderr).trim();
  return text === "" ? "" : `\n${text.split("\n").slice(-8).join("\n")}`;
}
