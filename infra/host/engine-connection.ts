import { spawn } from "node:child_process";

import { sshOptions } from "./connection";
import type { HostSettings } from "../settings";

/** Milliseconds that login and answer may take together. ssh itself gives up a host that can't be reached before. */
const limitMs = 30_000;

/** A lost packet is no reason to skip a host. */
const attempts = 2;

/** The engine's cheapest question. */
const ping = "GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n";

/** Milliseconds within which output that was written before the end arrives. */
const outputGraceMs = 500;

/** More than an engine's answer to the question. */
const mostCharacters = 65_536;

/** At this level ssh reports whether the login succeeded. */
const logLevel = "VERBOSE";

/** The result of an attempt to reach an engine. */
export interface ConnectionEnd {
  /** The exit status of ssh; undefined if it was still running when its time was up. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Asks a host's Docker engine over the same connection that the docker provider makes: the system's ssh, and
 * `docker system dial-stdio` on the host. The command provider has another ssh client, which may need other keys, ignores what a
 * login shell prints, and waits forever for an sshd that accepts connections but does not answer.
 * @throws Error with ssh's message and the host's address if there is no connection; with the host's name and what to do if there
 * is one that the provider could not use. Errors of the engine itself, and a missing docker command, are left to the preflight.
 */
export async function checkEngineConnection(host: HostSettings): Promise<void> {
  const options = [...sshOptions(host), "-o", `ConnectionAttempts=${attempts}`];
  const problem = connectionProblem(host, await dialEngine({ ...host, options }, limitMs));
  if (problem !== undefined) throw new Error(problem);
}

/** Where an engine is reached. */
export interface EngineTarget {
  readonly user: string;
  readonly address: string;
  readonly port: number;
  /** Options of ssh, flag and value as separate items. */
  readonly options: readonly string[];
}

/**
 * Asks an engine as the docker provider does, and ends the connection once it has answered.
 * @param limitMs milliseconds that login and answer may take together.
 */
export async function dialEngine(target: EngineTarget, limitMs: number): Promise<ConnectionEnd> {
  const { user, port, options, address } = target;
  const args = ["-l", user, "-p", String(port), ...options, "-o", `LogLevel=${logLevel}`, "-T", "--", address];
  const child = spawn("ssh", [...args, "docker system dial-stdio"]);
  const said = { stdout: "", stderr: "" };
  const limit = { passed: false };
  const end = (): void => void child.kill();
  const timer = setTimeout(() => {
    limit.passed = true;
    end();
  }, limitMs);
  child.stderr.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => {
    said.stdout += chunk.toString();
    if (isAnswer(said.stdout) || said.stdout.length > mostCharacters) end();
  });
  // If the connection fails at once, ssh's message has the reason, not the broken pipe.
  child.stdin.on("error", () => undefined);
  child.stdin.write(ping);
  try {
    const status = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve(code ?? 0));
      // The ssh to a jump host may keep running and hold the outputs open.
      child.once("exit", (code) => setTimeout(() => resolve(code ?? 0), outputGraceMs).unref());
    });
    return { status: limit.passed ? undefined : status, ...said };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Error("There is no ssh program on this machine's PATH. Install OpenSSH's client, then run again.", {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** Whether the login succeeded. */
export function isLoggedIn({ stderr }: Pick<ConnectionEnd, "stderr">): boolean {
  return stderr.includes("Authenticated to ");
}

const isAnswer = (stdout: string): boolean => /^HTTP\/\d/.test(stdout);

/** Why the docker provider could not use a connection, and what to do; undefined if it could. */
export function connectionProblem(
  { name, address, port, user }: Pick<HostSettings, "name" | "address" | "port" | "user">,
  { status, stdout, stderr }: ConnectionEnd,
): string | undefined {
  const prefix = `Host ${name} (${address})`;
  if (/^HTTP\/\d\S* 400 /.test(stdout)) {
    return `${prefix}: the Docker engine could not read what was sent to it (${firstLine(stdout)}). Check that nothing in the login shell of user ${user} (~/.bashrc and the like) reads input, which is meant for ssh's commands, then run again.`;
  }
  if (isAnswer(stdout)) return undefined;
  if (stdout !== "") {
    const said = `the output of the login shell of user ${user} (${firstLine(stdout)}) comes`;
    const remedy =
      "Change ~/.bashrc and the like on the host so that they print nothing, or only to a terminal ([ -t 1 ]), then run again.";
    return stdout.includes("HTTP/")
      ? `${prefix}: ${said} before the Docker engine's answers, which makes them unreadable. ${remedy}`
      : `${prefix}: ${said} in place of the Docker engine's answer. Check that the user's shell runs ssh's commands (no nologin, no forced command) and prints nothing else, then run again.`;
  }
  if (status === undefined) {
    return isLoggedIn({ stderr })
      ? `${prefix}: the Docker engine has not answered within ${limitMs / 1000} s. Check it (systemctl status docker), restart it if necessary (systemctl restart docker), then run again. If it works, check that the login shell of user ${user} does not wait for input.`
      : `${prefix}: the ssh login was not finished within ${limitMs / 1000} s. Check the machine and its sshd, and that your ssh agent answers (ssh-add -l), then run again.`;
  }
  if (status === 255) return sshFailure({ address, port }, stderr);
  // Whatever has run the command says why it failed, and the preflight reports that.
  if (status !== 0 && wordsOf(stderr).length > 0) return undefined;
  return `${prefix}: the login shell of user ${user} ended (status ${status}) without running ssh's command. Check that the user's shell is not /bin/false or the like, and that ~/.bashrc and the like don't end it (exit) where there is no terminal, then run again.`;
}

/** The message of a connection that ssh could not make or has lost: its target, and ssh's message. */
export function sshFailure({ address, port }: Pick<HostSettings, "address" | "port">, stderr: string): string {
  return `ssh to ${address}:${port}: ${wordsOf(stderr).join("\n")}`;
}

/** The lines of stderr without what ssh always says at its log level. */
function wordsOf(stderr: string): string[] {
  return stderr
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "" && !/^(Authenticated to|Transferred:|Bytes per second:) /.test(line));
}

function firstLine(text: string): string {
  const line = text.trimStart().split("\n")[0] ?? "";
  return JSON.stringify(line.trimEnd().replaceAll(/\p{C}/gu, "?").slice(0, 80));
}
