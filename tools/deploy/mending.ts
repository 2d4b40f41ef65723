import { describeLooks, lookAtHosts, mendHost, readState, type Finding, type HostLook } from "../look";
import { shown } from "../shared/shown";
import { readEvents } from "./engine-events";
import { placeOf } from "./host-resources";

/** What became of the hosts before `up`. */
export interface Mended {
  /** The hosts that have to be looked at again afterwards. */
  readonly again: readonly HostLook[];
  /** The hosts that could not be looked at, each with why and what to do. */
  readonly unreached: readonly HostLook[];
  /** Containers that the state has to forget, so that `up` makes them anew; by URN. */
  readonly refresh: readonly string[];
}

/**
 * Looks whether the hosts of a stack are as its last `up` left them, and puts right what is not. Says so on stdout,
 * a line for each finding, and nothing where there is none.
 */
export async function mendHosts(stack: string, environment: NodeJS.ProcessEnv): Promise<Mended> {
  const state = await readState(stack, environment);
  const looks = state === undefined ? [] : await lookAtHosts("stacks", stack, state);
  let secrets: ReturnType<typeof readState> | undefined;
  const readSecrets = (): ReturnType<typeof readState> =>
    (secrets ??= readState(stack, environment, { secrets: true }));
  const damaged = looks.filter(({ findings }) => findings.length > 0);
  const mended = await Promise.all(damaged.map((look) => mendHost(look, readSecrets)));
  for (const host of mended) {
    const lines = [
      ...describeLooks([host], ({ mend: { words } }) => (words === undefined ? "." : `: ${words}.`)),
      ...shown(host.failures.map((failure) => `Host ${host.host.name}: could not be mended: ${failure}`)),
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
  }
  return {
    again: damaged,
    unreached: looks.filter(({ problem }) => problem !== undefined),
    refresh: mended.flatMap(({ refresh }) => refresh),
  };
}

/**
 * Whether a run has replaced files on a host: the delete scripts of programs before this one then took away what their
 * successors had just made.
 * @param log as `readEvents` takes it.
 */
export function filesWereReplaced(log: string): boolean {
  return readEvents(log).some(({ resOutputsEvent: event }) => {
    const role = event?.metadata.op === "delete-replaced" ? placeOf(event.metadata.urn)?.role : undefined;
    return role === "files" || role === "api-key";
  });
}

/** What is not as it should be. */
export interface Left {
  /** A line for each, with what to do. */
  readonly lines: readonly string[];
  /** Whether any of it is the stack's own, or a host could not be looked at. */
  readonly failed: boolean;
}

/** What is still not as it should be on some hosts after `up`. */
export async function whatIsLeft(
  again: readonly HostLook[],
  stack: string,
  environment: NodeJS.ProcessEnv,
): Promise<Left> {
  const names = new Set(again.map(({ host }) => host.name));
  const state = names.size === 0 ? undefined : await readState(stack, environment);
  if (state === undefined) return { lines: [], failed: false };
  const looks = (await lookAtHosts("stacks", stack, state)).filter(({ host }) => names.has(host.name));
  return {
    lines: describeLooks(looks, (finding) => remedyOf(finding)),
    failed: looks.some(
      ({ findings, problem }) => problem !== undefined || findings.some((one) => one.ofApplication !== true),
    ),
  };
}

/** Says on stdout where the hosts of a stack are not as its last `up` left them, and what to do; changes nothing. */
export async function tellHosts(stack: string, environment: NodeJS.ProcessEnv): Promise<string[]> {
  const state = await readState(stack, environment);
  const looks = state === undefined ? [] : await lookAtHosts("stacks", stack, state);
  const lines = describeLooks(looks, (finding) => remedyOf(finding, stack));
  for (const line of lines) process.stdout.write(`${line}\n`);
  return lines;
}

/** What a person can do about a finding; with `stack`, before `make up` has tried. */
function remedyOf({ byHand, mend }: Finding, stack?: string): string {
  if (stack !== undefined && mend.words !== undefined) return `. make up STACK=${stack} puts it right.`;
  return `. ${byHand ?? "Run again."}`;
}
