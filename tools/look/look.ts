import { wholeOrNothing } from "../../infra/shell";
import { adviceFor } from "../deploy/advice";
import { reword } from "../deploy/rewording";
import type { StackState } from "../deploy/state";
import { UserError } from "../shared/errors";
import { ProcessError, run } from "../shared/run";
import { shown, type Shown } from "../shared/shown";
import { type ExpectedHost, expectedHosts } from "./expected";
import { readFacts } from "./facts";
import type { Finding } from "./finding";
import { findingsOf } from "./findings";
import { imageFor } from "./image-findings";
import { listedHosts } from "./listed-hosts";
import { lookScript } from "./script";

/** After how many milliseconds a silent host is given up. */
const timeoutMs = 20_000;

/** After how many seconds a script that hangs is ended on the host itself, if it can be: sooner than that. */
const mostSeconds = 18;

/** Lets a host's programs say in English what is wrong: by their words it is told apart. */
const inEnglish = "LC_ALL=C; export LC_ALL";

/**
 * The command that runs a look on a host. The user's login shell reads it first, which may be one like csh or fish.
 * Exported for its tests.
 */
export const lookCommand = `sh -c '${inEnglish}; if command -v timeout >/dev/null; then exec timeout ${mostSeconds} sh -s; else exec sh -s; fi'`;

/** The exit status of `timeout` if it had to end its command. */
const endedByTimeout = 124;

/** Nothing else in the script takes time. */
const silentEngine = `the Docker engine did not answer within ${mostSeconds} s. Check it (systemctl status docker), restart it if needed, then run again.`;

/** The result of inspecting a host. */
export interface HostLook {
  readonly host: ExpectedHost;
  readonly findings: readonly Finding[];
  /** An image that is on the host; undefined where none is known. */
  readonly image?: string | undefined;
  /** Why it could not be inspected, and what to do; undefined if it could. */
  readonly problem: string | undefined;
}

/**
 * A stack's state; undefined if it can't be read. The next call of `pulumi` reports the reason.
 * @param secrets whether secrets are in it in the clear. Default: no.
 */
export async function readState(
  stack: string,
  env: NodeJS.ProcessEnv,
  { secrets = false } = {},
): Promise<StackState | undefined> {
  const args = ["stack", "export", "--stack", stack, ...(secrets ? ["--show-secrets"] : [])];
  const { status, stdout } = await run("pulumi", args, { env, check: false });
  return status === 0 ? (JSON.parse(stdout) as StackState) : undefined;
}

/**
 * A stack's state, without its secrets.
 * @throws UserError with Pulumi's reason if it can't be read, and with what to do if the backend has no such stack.
 */
export async function requireState(stack: string, env: NodeJS.ProcessEnv): Promise<StackState> {
  const { status, stdout, stderr } = await run("pulumi", ["stack", "export", "--stack", stack], { env, check: false });
  if (status === 0) return JSON.parse(stdout) as StackState;
  const reason = reword(stack, stderr)
    .trim()
    .replace(/^error: /, "");
  throw new UserError(
    isUnknown(stderr)
      ? reason
      : `The state of stack ${stack} can't be read: ${reason === "" ? `pulumi ended with ${status}` : reason}`,
  );
}

/** Whether Pulumi says that the backend has no such stack. */
const isUnknown = (stderr: string): boolean => /no stack named/.test(stderr);

/**
 * Inspects all hosts of a state at the same time, so that a host that can't be reached delays no other.
 * @param folder of the stack files: hosts that the stack's file no longer lists at their address are left out.
 */
export async function lookAtHosts(folder: string, stack: string, state: StackState): Promise<HostLook[]> {
  return Promise.all(hostsToLookAt(folder, stack, state).map(lookAtHost));
}

/** The hosts of a state that can be looked at; see {@link lookAtHosts}. */
export function hostsToLookAt(folder: string, stack: string, state: StackState): ExpectedHost[] {
  const listed = listedHosts(folder, stack);
  return expectedHosts(state).filter(
    (host) => listed?.some(({ name, address }) => name === host.name && address === host.address) ?? true,
  );
}

/** Looks at one host. */
export async function lookAtHost(host: ExpectedHost): Promise<HostLook> {
  try {
    return readLook(host, await onHost(host, lookScript(host), { timeoutMs, command: lookCommand }));
  } catch (error) {
    if (error instanceof ProcessError && error.result?.status === endedByTimeout) {
      return { host, findings: [], problem: silentEngine };
    }
    return { host, findings: [], problem: whyNotInspected(error as Error) };
  }
}

/** Why a host could not be inspected, and what to do. Exported for its tests. */
export function whyNotInspected(error: Error): string {
  const { message } = error;
  // The output of a script that was ended says nothing about the reason.
  const [timeout] = /not done after \d+ s/.exec(message) ?? [];
  const known = adviceFor(timeout === undefined ? message : "not responding");
  const reason = timeout ?? message.trim().split("\n").pop() ?? message;
  if (known !== undefined) return `${known.meaning} (${reason}). ${known.remedy}`;
  // The login has succeeded, unless it is ssh itself that has failed.
  const status = error instanceof ProcessError ? error.result?.status : 0;
  return status === undefined || status === 255
    ? reason
    : `the user's login shell there does not run ssh's commands (${reason}). Check that it is none like nologin, that ~/.bashrc and the like don't end it or start another one, and that sshd has no ForceCommand for the user, then run again.`;
}

/**
 * What the script of {@link lookScript} has found on a host.
 * @param output what the script has printed there.
 * @throws UserError if it was cut off.
 */
export function readLook(host: ExpectedHost, output: string): HostLook {
  const facts = readFacts(output);
  return { host, findings: findingsOf(host, facts), image: imageFor(host, facts), problem: undefined };
}

/**
 * Runs a script on a host, over its own ssh command.
 * @returns what it has printed on stdout.
 * @throws ProcessError without the script's text, which may hold secrets.
 */
export async function onHost(
  { name, ssh }: Pick<ExpectedHost, "name" | "ssh">,
  script: string,
  { timeoutMs = 120_000, command = `sh -c '${inEnglish}; exec sh -s'` } = {},
): Promise<string> {
  const { stdout } = await run("sh", ["-c", `exec ${ssh} "$1"`, "sh", command], {
    input: wholeOrNothing(script),
    timeoutMs,
    maxBytes: 32 * 1024 * 1024,
    title: `Host ${name}`,
  });
  return stdout;
}

/**
 * What was found, a line for each finding.
 * @param say what is to be read after it.
 */
export function describeLooks(looks: readonly HostLook[], say: (finding: Finding) => string): Shown<string[]> {
  return shown(
    looks.flatMap(({ host: { name }, findings, problem }) => [
      ...(problem === undefined ? [] : [`Host ${name}: could not be inspected: ${problem.replace(/^Host \S+: /, "")}`]),
      ...findings.map((finding) => `Host ${name}: ${finding.text}${say(finding)}`),
    ]),
  );
}
