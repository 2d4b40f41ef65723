import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";

import { sshOptions } from "../../infra/host";
import { engineSocket } from "../../infra/names";
import type { HostSettings } from "../../infra/settings";
import { UserError } from "../shared/errors";
import { ProcessError, run } from "../shared/run";

/** An open ssh connection to a host. */
export interface HostSession {
  /** Path of a socket on this machine that is forwarded to the host's engine. Only this user can access it. */
  readonly socketPath: string;
  /** The script's output, line by line. */
  readonly lines: readonly string[];
}

/** Time limit for the whole session, in milliseconds. */
const timeoutMs = 45_000;

/** Limit for the script's output, in bytes. */
const maxBytes = 16 * 1024 * 1024;

/**
 * Opens one ssh connection to a host, runs a script there, and then runs `work` while the host's engine is forwarded to a
 * socket on this machine. No Docker client is needed here.
 * @param script returns shell lines that change nothing on the host. The lines of output to be read begin with the mark.
 * @throws ProcessError if the host can't be reached, or if everything together takes more than 45 s.
 */
export async function withHostSession<T>(
  host: HostSettings,
  script: (mark: string) => readonly string[],
  work: (session: HostSession, mark: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "datadog-hosts-"));
  const socketPath = join(folder, "engine");
  const mark = randomUUID();
  const lines: string[] = [];
  const input = new PassThrough();
  const over = new AbortController();
  const socket = `${engineSocket.hostFolder}/docker.sock`;
  const engine = `if ! [ -S ${socket} ]; then echo "${mark} engine-gone"; elif ! [ -w ${socket} ]; then echo "${mark} engine-closed"; fi`;
  // The connection stays open for as long as there is input.
  input.write([engine, ...script(mark), `echo "${mark} done"`, "exec cat >/dev/null", ""].join("\n"));
  const forward = ["-o", "ExitOnForwardFailure=yes", "-L", `${socketPath}:${socket}`];
  const target = ["-p", String(host.port), `${host.user}@${host.address}`, "sh -s"];
  let opened: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (opened = resolve));
  const connection = run("ssh", [...sshOptions(host), ...forward, ...target], {
    input,
    signal: over.signal,
    timeoutMs,
    maxBytes,
    title: `Host ${host.name}`,
    onLine: (line) => {
      lines.push(line);
      if (line === `${mark} done`) opened();
    },
  });
  const ended = connection.then(
    () => {
      throw new UserError("the connection ended too soon");
    },
    (error: unknown) => {
      throw withoutOutput(error);
    },
  );
  // The connection also ends after the work, when nobody awaits this promise any more.
  ended.catch(() => undefined);
  let working: Promise<T> | undefined;
  try {
    await Promise.race([ready, ended]);
    requireEngine(lines, mark, host.user);
    working = work({ socketPath, lines }, mark);
    const result = await Promise.race([working, ended]);
    // By itself it would end some seconds later, once the engine has closed the forwarded connections.
    over.abort();
    return result;
  } catch (error) {
    // ssh's output is complete only once the connection has ended.
    input.end();
    await connection.catch(() => undefined);
    const refused = lines.find((line) => /administratively prohibited|open failed/.test(line));
    if (refused === undefined) throw error;
    throw new UserError(
      `its sshd does not forward the Docker engine's socket (${refused}). Set AllowStreamLocalForwarding yes in its sshd_config, then run again.`,
    );
  } finally {
    input.end();
    await connection.catch(() => undefined);
    // It may have files of its own to remove.
    await working?.catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}

function requireEngine(lines: readonly string[], mark: string, user: string): void {
  if (lines.includes(`${mark} engine-gone`)) {
    throw new UserError(
      "its Docker engine does not run. Start it on the host (systemctl start docker), then run again.",
    );
  }
  if (lines.includes(`${mark} engine-closed`)) {
    throw new UserError(
      `user ${user} may not use its Docker engine. Put the user into the group docker, then run again.`,
    );
  }
}

/** An error without the host's output, which contains passwords. */
function withoutOutput(error: unknown): unknown {
  if (!(error instanceof ProcessError)) return error;
  const { message, result } = error;
  return new ProcessError(message.split("\n")[0] ?? "", result && { ...result, stdout: "" });
}
