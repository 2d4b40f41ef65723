import { spawn } from "node:child_process";

import { sshOptions } from "./connection";
import type { HostSettings } from "../settings";
import { afterLogin, errorLines, sshLines } from "../shell";

/** How long a connection may take, in milliseconds. If a host can't be reached, ssh gives up earlier. */
interface Patience {
  /** Without any progress: neither a step of the login, nor an answer. */
  readonly silenceMs: number;
  /** For login and answer together. */
  readonly longestMs: number;
}

const usualPatience: Patience = { silenceMs: 30_000, longestMs: 120_000 };

/** Connection attempts: a single lost packet must not make a host fail. */
const attempts = 2;

/** The cheapest request to an engine. */
const ping = "GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n";

/** How long to wait for remaining output after ssh has ended, in milliseconds. */
const outputGraceMs = 500;

/** Longer output can't be the engine's answer, in characters. */
const maxAnswerLength = 65_536;

/** ssh's log level at which it reports each step of the login, and whether it succeeded. */
const logLevel = "DEBUG1";

/** The result of an attempt to reach an engine. */
export interface ConnectionResult {
  /** The exit status of ssh; undefined if it was still running when its time was up. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Checks that a host's Docker engine answers over the connection that the docker provider uses: the system's ssh, and
 * `docker system dial-stdio` on the host. The command provider's own ssh client would not find all problems: it may use other
 * keys, ignores what a login shell prints, and waits forever for an sshd that accepts connections but does not answer.
 * @throws Error with ssh's message and the host's address if there is no connection; with the host's name and what to do if there
 * is one that the provider could not use. Errors of the engine itself, and a missing docker command, are left to the preflight.
 */
export async function checkEngineConnection(host: HostSettings, patience: Patience = usualPatience): Promise<void> {
  const { name, user, address, port } = host;
  const problem = await engineProblem(name, { user, address, port, options: sshOptions(host) }, patience);
  if (problem !== undefined) throw new Error(problem);
}

/** The same for a host of which only its engine's place is known: why the docker provider can't use it; undefined if it can. */
export async function engineProblem(
  name: string,
  target: EngineTarget,
  patience: Patience = usualPatience,
): Promise<string | undefined> {
  const options = [...target.options, "-o", `ConnectionAttempts=${attempts}`];
  return connectionProblem({ name, ...target }, await dialEngine({ ...target, options }, patience));
}

/** The ssh target of a Docker engine. */
export interface EngineTarget {
  readonly user: string;
  readonly address: string;
  readonly port: number;
  /** Options of ssh, flag and value as separate items. */
  readonly options: readonly string[];
}

/**
 * Sends a request to an engine in the same way as the docker provider, and closes the connection after the answer.
 */
async function dialEngine(target: EngineTarget, { silenceMs, longestMs }: Patience): Promise<ConnectionResult> {
  const { user, port, options, address } = target;
  const args = ["-l", user, "-p", String(port), ...options, "-o", `LogLevel=${logLevel}`, "-T", "--", address];
  const child = spawn("ssh", [...args, "docker system dial-stdio"]);
  const output = { stdout: "", stderr: "" };
  const limit = { passed: false };
  const end = (): void => void child.kill();
  const giveUp = (): void => {
    limit.passed = true;
    end();
  };
  const silence = setTimeout(giveUp, silenceMs);
  const longest = setTimeout(giveUp, longestMs);
  child.stderr.on("data", (chunk: Buffer) => {
    output.stderr += chunk.toString();
    silence.refresh();
    if (misread(output.stderr) !== undefined) end();
  });
  child.stdout.on("data", (chunk: Buffer) => {
    output.stdout += chunk.toString();
    if (isAnswer(output.stdout) || output.stdout.length > maxAnswerLength) end();
  });
  // If the connection fails at once, ssh's message gives the reason, not the broken pipe.
  child.stdin.on("error", () => undefined);
  child.stdin.write(ping);
  try {
    const status = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve(code ?? 0));
      // The ssh to a jump host may keep running and hold the outputs open.
      child.once("exit", (code) => setTimeout(() => resolve(code ?? 0), outputGraceMs).unref());
    });
    return { status: limit.passed ? undefined : status, ...output };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Error("There is no ssh program on this machine's PATH. Install OpenSSH's client, then run again.", {
      cause: error,
    });
  } finally {
    clearTimeout(silence);
    clearTimeout(longest);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** Whether the login succeeded. */
function isLoggedIn({ stderr }: Pick<ConnectionResult, "stderr">): boolean {
  return stderr.includes("Authenticated to ");
}

const isAnswer = (stdout: string): boolean => /^HTTP\/\d/.test(stdout);

/** Why the docker provider can't use a connection, and what to do; undefined if it can. */
export function connectionProblem(
  { name, address, port, user }: Pick<HostSettings, "name" | "address" | "port" | "user">,
  { status, stdout, stderr }: ConnectionResult,
): string | undefined {
  const prefix = `Host ${name} (${address})`;
  if (/^HTTP\/\d\S* 400 /.test(stdout)) {
    return `${prefix}: the Docker engine could not read what was sent to it (${firstLine(stdout)}). Check that nothing in the login shell of user ${user} (~/.bashrc and the like) reads input, which is meant for ssh's commands, then run again.`;
  }
  if (isAnswer(stdout)) return undefined;
  if (stdout !== "") {
    const symptom = `the output of the login shell of user ${user} (${firstLine(stdout)}) comes`;
    const remedy =
      "Change ~/.bashrc and the like on the host so that they print nothing, or only to a terminal ([ -t 1 ]), then run again.";
    return stdout.includes("HTTP/")
      ? `${prefix}: ${symptom} before the Docker engine's answers, which makes them unreadable. ${remedy}`
      : `${prefix}: ${symptom} in place of the Docker engine's answer. Check that the user's shell runs ssh's commands (no nologin, no forced command) and prints nothing else, then run again.`;
  }
  const taken = misread(stderr);
  if (taken !== undefined) {
    return `${prefix}: the login shell of user ${user} starts another program, which takes what is meant for the Docker engine (${firstLine(taken)}). Let ~/.bashrc and the like start none (exec) where there is no terminal, then run again.`;
  }
  if (status === undefined) {
    const seconds = usualPatience.silenceMs / 1000;
    return isLoggedIn({ stderr })
      ? `${prefix}: the Docker engine has not answered within ${seconds} s. Check it (systemctl status docker), restart it if necessary (systemctl restart docker), then run again. If it works, check that the login shell of user ${user} does not wait for input.`
      : `${prefix}: the ssh login has made no progress for ${seconds} s. Check the machine and its sshd, and that your ssh agent answers (ssh-add -l), then run again.`;
  }
  if (status === 255) return sshFailure({ address, port }, stderr);
  // The command ran and printed why it failed; the preflight reports that.
  if (status !== 0 && errorLines(afterLogin(stderr)).length > 0) return undefined;
  return `${prefix}: the login shell of user ${user} ended (status ${status}) without running ssh's command. Check that the user's shell is not /bin/false or the like, and that ~/.bashrc and the like don't end it (exit) where there is no terminal, then run again.`;
}

/** The error message for a connection that failed or was lost: the target, and ssh's own message. */
export function sshFailure({ address, port }: Pick<HostSettings, "address" | "port">, stderr: string): string {
  return `ssh to ${address}:${port}: ${errorLines(sshLines(stderr)).join("\n")}`;
}

/** What a shell has said that took the question to the engine for a command; undefined if none has. */
function misread(stderr: string): string | undefined {
  return errorLines(afterLogin(stderr)).find((line) => /\bGET\b/.test(line));
}

function firstLine(text: string): string {
  const line = text.trimStart().split("\n")[0] ?? "";
  return JSON.stringify(line.trimEnd().replaceAll(/\p{C}/gu, "?").slice(0, 80));
}
