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

/** One ssh connection to a host while it is open. */
export interface HostSession {
  /** A socket of this machine, for this user alone, at which the host's engine answers. */
  readonly socketPath: string;
  /** What the script has printed, line by line. */
  readonly lines: readonly string[];
}

/** No host is waited for any longer, whatever it does. */
const timeoutMs = 45_000;

/** What a script may print, in bytes. */
const mostBytes = 16 * 1024 * 1024;

/**
 * Opens one connection to a host, runs a script there, and does some work while the host's engine can be reached by a
 * socket here. Docker's own client is not needed on this machine.
 * @param script makes shell lines for the host that change nothing; each line that counts begins with the mark.
 * @throws ProcessError if the host can't be reached, or if everything together takes more than 45 s.
 */
export async function withHost<T>(
  host: HostSettings,
  script: (mark: string) => readonly string[],
  work: (session: HostSession, mark: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "datadog-hosts-"));
  const socketPath = join(folder, "engine");
  const mark = randomUUID();
  const lines: string[] = [];
  const input = new PassThrough();
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
    timeoutMs,
    mostBytes,
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
  // It ends once the work is done, too, when nobody waits for it any more.
  ended.catch(() => undefined);
  try {
    await Promise.race([ready, ended]);
    refuseWithoutEngine(lines, mark, host.user);
    return await Promise.race([work({ socketPath, lines }, mark), ended]);
  } catch (error) {
    // Only now is ssh's output complete.
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
    await rm(folder, { recursive: true, force: true });
  }
}

function refuseWithoutEngine(lines: readonly string[], mark: string, user: string): void {
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

/** The output of a host contains passwords, so no message quotes it. */
function withoutOutput(error: unknown): unknown {
  if (!(error instanceof ProcessError)) return error;
  const { message, result } = error;
  return new ProcessError(message.split("\n")[0] ?? "", result && { ...result, stdout: "" });
}
