import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import type { EngineLog } from "../shared/engine-log";
import type { ConnectionSettings } from "./connection-settings";
import { dial } from "./dial";
import { setVariablesBeforeExec } from "./session-environment";
import type { SessionVariable } from "./session-environment";

/** Which outputs are shown while the command runs. */
export type Logging = "stdout" | "stderr" | "stdoutAndStderr" | "none";

/** A command to run on a host. */
export interface RemoteRun {
  readonly urn: string;
  readonly connection: ConnectionSettings;
  readonly command: string;
  readonly stdin: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The outputs of the run before, to be given as variables if the server accepts them. */
  readonly previous: CommandOutput | undefined;
  readonly logging: Logging;
}

/** What a command wrote, each without its last newline. */
export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** The text in double quotes, with Go's escapes. */
export function quoted(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are the characters to be escaped
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

async function openSession(client: Client, run: RemoteRun, log: EngineLog): Promise<ClientChannel> {
  const opened = (variables: Promise<void>): Promise<ClientChannel> =>
    new Promise((resolve, reject) => {
      variables.catch(reject);
      client.exec(run.command, (error, channel) => {
        if (error === undefined) resolve(channel);
        else reject(error);
      });
    });
  const variables = variablesOf(run, log);
  return await opened(variables.length === 0 ? Promise.resolve() : setVariablesBeforeExec(client, variables));
}

/** How a command ended, in Go's words; undefined when all went well. */
function failureOf(code: number | null, signal: string | undefined): string | undefined {
  if (code === 0) return undefined;
  if (signal !== undefined) return `Process exited with status ${128} from signal ${signal.replace(/^SIG/, "")}`;
  return code === null
    ? "wait: remote command exited without exit status or exit signal"
    : `Process exited with status ${code}`;
}

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
  lines.on("line", (line) => told.push(log.status(run.urn, line)));
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
  await linesDone;
  await Promise.all(told);
  const failure = failureOf(ended.code, ended.signal);
  if (failure !== undefined) throw new Error(`${failure}: running ${quoted(run.command)}:\n${both.text()}`);
  const trimmed = (text: string): string => text.replace(/\n$/, "");
  return { stdout: trimmed(stdout.text()), stderr: trimmed(stderr.text()) };
}

/** Runs a command on a host, over a connection of its own. Throws an error with the command and all that it wrote. */
export async function runRemoteCommand(run: RemoteRun, log: EngineLog, cancelled: AbortSignal): Promise<CommandOutput> {
  const retryLog = { status: (message: string) => log.status(run.urn, message), cancelled };
  const connection = await dial(run.connection, retryLog);
  try {
    return await converse(await openSession(connection.client, run, log), run, log);
  } finally {
    connection.close();
  }
}
