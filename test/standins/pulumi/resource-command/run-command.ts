import { constants } from "node:os";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import type { EngineLog } from "../shared/engine-log";
import type { ConnectionSettings } from "./connection-settings";
import { dial } from "./dial";
import type { OpenConnection } from "./dial";
import { setVariablesBeforeExec } from "./session-environment";
import type { SessionVariable } from "./session-environment";

/** Which outputs are shown while the command runs. */
export type Logging = "stdout" | "stderr" | "stdoutAndStderr" | "none";

/** A command to run, wherever. */
export interface ShownRun {
  readonly urn: string;
  readonly command: string;
  readonly stdin: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The outputs of the run before, to be given as variables if the server accepts them. */
  readonly previous: CommandOutput | undefined;
  readonly logging: Logging;
}

/** A command to run on a host. */
export interface RemoteRun extends ShownRun {
  readonly connection: ConnectionSettings;
}

/** What a command wrote, each without its last newline. */
export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** The text in double quotes, with Go's escapes. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /\\u00([0-9a-f]{2})|\x7f/g,
    (_match, hex: string | undefined) => `\\x${hex ?? "7f"}`,
  );
}

function refusal(name: string): string {
  return (
    `Unable to set '${name}'. This only works if your SSH server is configured to accept\n` +
    "\tthese variables via AcceptEnv. Alternatively, if a Bash-like shell runs the command on the remote host, you could\n" +
    "\tprefix the command itself with the variables in the form 'VAR=value command'"
  );
}

function variablesOf(run: RemoteRun, log: EngineLog): SessionVariable[] {
  const wanted = Object.entries(run.environment).map(([name, value]) => ({
    name,
    value,
    refused: async (): Promise<void> => {
      await log.write("error", run.urn, refusal(name));
      throw new Error(`could not set environment variable ${quoted(name)}: ssh: setenv failed`);
    },
  }));
  const previous = [
    ["PULUMI_COMMAND_STDOUT", run.previous?.stdout ?? ""],
    ["PULUMI_COMMAND_STDERR", run.previous?.stderr ?? ""],
  ] as const;
  const welcome = previous
    .filter(([, value]) => value !== "")
    .map(([name, value]) => ({
      name,
      value,
      refused: (): Promise<void> => log.write("warning", run.urn, refusal(name)),
    }));
  return [...wanted, ...welcome];
}

/** Starts the command; `begin` gets its channel at once, for what the server says next may be read already. */
async function startCommand<T>(
  client: Client,
  run: RemoteRun,
  log: EngineLog,
  begin: (channel: ClientChannel) => Promise<T>,
): Promise<T> {
  const variables = variablesOf(run, log);
  const set = variables.length === 0 ? Promise.resolve() : setVariablesBeforeExec(client, variables);
  return await new Promise((resolve, reject) => {
    set.catch(reject);
    client.exec(run.command, (error, channel) => {
      if (error === undefined) begin(channel).then(resolve, reject);
      // OpenSSH refuses no command: the connection has ended before sshd could say that the command has started.
      else reject(new Error(`EOF: running ${quoted(run.command)}:\n`));
    });
  });
}

/** How a command ended, in Go's words; undefined when all went well. */
function failureOf(code: number | null, signal: string | undefined): string | undefined {
  if (code === 0) return undefined;
  if (signal !== undefined) {
    const number = (constants.signals as Partial<Record<string, number>>)[signal] ?? 0;
    return `Process exited with status ${128 + number} from signal ${signal.replace(/^SIG/, "")}`;
  }
  return code === null
    ? "wait: remote command exited without exit status or exit signal"
    : `Process exited with status ${code}`;
}

/** From this many bytes on, a line that is to be logged stops the original for ever. */
const LONGEST_LOGGED_LINE = 64 * 1024;

const LONG_LINE =
  "the command has printed a line of 64 KiB or more: the vendor's plugin would hang here. " +
  'Set the command\'s logging to "none", or print shorter lines';

class Output {
  private readonly chunks: Buffer[] = [];

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  text(): string {
    return Buffer.concat(this.chunks).toString("utf8");
  }
}

async function converse(channel: ClientChannel, run: RemoteRun, log: EngineLog): Promise<CommandOutput> {
  const [stdout, stderr, both] = [new Output(), new Output(), new Output()];
  const shown = new PassThrough();
  const lines = createInterface({ input: shown });
  const told: Promise<void>[] = [];
  const shownLines = { longest: 0 };
  lines.on("line", (line) => {
    shownLines.longest = Math.max(shownLines.longest, Buffer.byteLength(line));
    told.push(log.status(run.urn, line));
  });
  const linesDone = new Promise<void>((resolve) => lines.on("close", resolve));
  channel.on("data", (chunk: Buffer) => {
    stdout.add(chunk);
    both.add(chunk);
    if (run.logging === "stdout" || run.logging === "stdoutAndStderr") shown.write(chunk);
  });
  channel.stderr.on("data", (chunk: Buffer) => {
    stderr.add(chunk);
    both.add(chunk);
    if (run.logging === "stderr" || run.logging === "stdoutAndStderr") shown.write(chunk);
  });
  // A command that does not read its input may be gone before all of it is written.
  channel.on("error", () => undefined);
  channel.end(run.stdin);
  let ended: { code: number | null; signal: string | undefined } = { code: null, signal: undefined };
  channel.on("exit", (code: number | null, signal?: string) => {
    ended = { code, signal };
  });
  await new Promise<void>((resolve) => channel.on("close", () => resolve()));
  shown.end();
  const unread = run.stdin !== "" && !channel.writableFinished;
  await linesDone;
  await Promise.all(told);
  if (shownLines.longest >= LONGEST_LOGGED_LINE) throw new Error(LONG_LINE);
  const failure = failureOf(ended.code, ended.signal) ?? (unread ? "EOF" : undefined);
  if (failure !== undefined) throw new Error(`${failure}: running ${quoted(run.command)}:\n${both.text()}`);
  const trimmed = (text: string): string => text.replace(/\n$/, "");
  return { stdout: trimmed(stdout.text()), stderr: trimmed(stderr.text()) };
}

/** Runs commands on hosts, each over a connection of its own. */
export class CommandRunner {
  private readonly connections: OpenConnection[] = [];

  constructor(
    private readonly log: EngineLog,
    private readonly cancelled: AbortSignal,
  ) {}

  /** Runs one command to its end. Throws an error with the command and all that it wrote. */
  async run(run: RemoteRun): Promise<CommandOutput> {
    const log = this.untilCancelled();
    const retryLog = { status: (message: string) => log.status(run.urn, message), cancelled: this.cancelled };
    const connection = await dial(run.connection, retryLog);
    // Kept open when the command has ended, as by the original.
    this.connections.push(connection);
    return await startCommand(connection.client, run, log, (channel) => converse(channel, run, log));
  }

  /** An interrupted engine takes no more messages. */
  private untilCancelled(): EngineLog {
    const unlessCancelled =
      <Args extends unknown[]>(send: (...args: Args) => Promise<void>) =>
      (...args: Args): Promise<void> =>
        this.cancelled.aborted ? Promise.resolve() : send(...args);
    return { write: unlessCancelled(this.log.write), status: unlessCancelled(this.log.status) };
  }

  /** Closes all connections. */
  close(): void {
    for (const connection of this.connections) connection.close();
  }
}
