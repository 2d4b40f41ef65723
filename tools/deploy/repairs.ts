import {
  describeLooks,
  isRepaired,
  lookAtHosts,
  neverMade,
  neverMadeText,
  repairHost,
  readState,
  remedyOf,
  requireState,
  type Finding,
  type RepairedHost,
} from "../look";
import { run } from "../shared/run";
import { shown } from "../shared/shown";
import { wholeSwarm } from "../swarm/look";
import { refreshable, refreshState } from "./refresh";
import type { StackState } from "./state";
import { repairSwarm, swarmDrift, swarmLeftovers } from "./swarm";
import { takeBackInState } from "./take-back";

/** What `up` still has to do after the repair of a stack's hosts. */
export interface FleetRepairs {
  /**
   * Names of the hosts that have to be looked at again after `up`: the damaged ones, and those that could not be looked at
   * the way that the last `up` has reached them. This one may know a new key or port.
   */
  readonly again: readonly string[];
  /** URNs of the resources that `up` has to replace. */
  readonly replace: readonly string[];
}

/**
 * Checks whether the hosts of a stack are as its last `up` left them, and repairs them if not. It repairs nothing if the
 * settings are refused or another run is at work. It prints a line for each finding on stdout.
 * @param state the stack's; undefined for a stack that is new, which has no hosts yet
 * @param mayRepair called before anything is repaired: whether it may be.
 */
export async function repairHosts(
  stack: string,
  environment: NodeJS.ProcessEnv,
  state: StackState | undefined,
  mayRepair: () => Promise<boolean>,
): Promise<FleetRepairs> {
  let allowed: Promise<boolean> | undefined;
  const isAllowed = (): Promise<boolean> => (allowed ??= mayRepair());
  const looked = state === undefined ? [] : await lookAtHosts("stacks", stack, state);
  const looks = looked.map((look) => ({
    ...look,
    findings: look.findings.filter(({ madeByUp = false }) => !madeByUp),
  }));
  const damaged = looks.filter(({ findings }) => findings.length > 0);
  const needed = damaged.flatMap(({ findings }) => findings.map(({ repair }) => repair));
  const repairs =
    state !== undefined && damaged.length > 0 && (await isAllowed())
      ? await prepare(stack, environment, state, needed)
      : undefined;
  const swarm =
    state &&
    (await repairSwarm(
      state,
      async (refresh) => (await isAllowed()) && (await prepare(stack, environment, state, [{ refresh }])) !== undefined,
    ));
  if (repairs !== undefined) {
    let secrets: ReturnType<typeof readState> | undefined;
    const readSecrets = (): ReturnType<typeof readState> =>
      (secrets ??= readState(stack, environment, { secrets: true }));
    for (const host of await Promise.all(damaged.map((look) => repairHost(look, readSecrets)))) {
      printRepairs(host, repairs.skipped);
    }
  }
  const replaced =
    repairs === undefined
      ? []
      : damaged.flatMap(({ findings }) => findings.flatMap(({ repair }) => repair.replace ?? []));
  return {
    again: [
      ...looks
        .filter(({ findings, problem }) => findings.length > 0 || problem !== undefined)
        .map(({ host }) => host.name),
      ...(swarm?.again === true ? [wholeSwarm] : []),
    ],
    replace: [...replaced, ...(swarm?.replace ?? [])],
  };
}

/**
 * Undefined if hosts may not be touched, as the run that follows will say in its own words: with settings that are refused, or
 * while another run holds the stack's lock. Lets the state say what hosts or Swarm have of some resources, and forget those
 * that are gone, so that `up` makes them anew.
 */
async function prepare(
  stack: string,
  env: NodeJS.ProcessEnv,
  state: StackState,
  repairs: readonly Pick<Finding["repair"], "refresh" | "takeBack">[],
): Promise<Prepared | undefined> {
  const { resources = [] } = state.deployment;
  // A refresh of the stack alone takes the lock, too, and asks no host.
  const whole = resources.filter(({ type }) => type === "pulumi:pulumi:Stack").map(({ urn }) => urn);
  const takenBack = repairs.flatMap(({ takeBack = [] }) => takeBack);
  if ((await run("pulumi", ["preview", "--non-interactive", "--stack", stack], { env, check: false })).status !== 0) {
    return undefined;
  }
  const gone = repairs.flatMap(({ refresh = [] }) => refresh);
  const asked = await refreshable(resources, gone);
  const succeeds =
    (await refreshState(stack, env, state, asked.length > 0 ? asked : whole)) &&
    (takenBack.length === 0 || (await takeBackInState(stack, env, takenBack)));
  return succeeds ? { skipped: gone.filter((urn) => !asked.includes(urn)) } : undefined;
}

/** What hosts are repaired with. */
interface Prepared {
  /** URNs of the resources that are gone, and of which the state could not be told so. */
  readonly skipped: readonly string[];
}

/** @param skipped URNs of resources that are gone and will not be made anew. */
function printRepairs(host: RepairedHost, skipped: readonly string[]): void {
  const lines = [
    ...describeLooks([host], (finding) => {
      const { done, refresh = [] } = finding.repair;
      const isDone = isRepaired(finding, host) && !refresh.some((urn) => skipped.includes(urn));
      return done === undefined || !isDone ? "." : `: ${done}.`;
    }),
    ...shown(host.moved.map((sentence) => `Host ${host.host.name}: ${sentence}`)),
    ...shown(host.failures.map((failure) => `Host ${host.host.name}: could not be repaired: ${failure}`)),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** What is not as it should be. */
export interface Leftovers {
  /** A line for each, with what to do. */
  readonly lines: readonly string[];
  /** Whether any of it is the stack's own, or a host could not be looked at. */
  readonly failed: boolean;
}

/** What is still not as it should be on some hosts, by their names, after `up`. */
export async function findLeftovers(
  again: readonly string[],
  stack: string,
  environment: NodeJS.ProcessEnv,
): Promise<Leftovers> {
  const names = new Set(again);
  const state = names.size === 0 ? undefined : await readState(stack, environment);
  if (state === undefined) return { lines: [], failed: false };
  const looks = (await lookAtHosts("stacks", stack, state)).filter(({ host }) => names.has(host.name));
  const ofSwarm = names.has(wholeSwarm) ? await swarmLeftovers(state) : [];
  return {
    lines: [...describeLooks(looks, (finding) => `. ${remedyOf(finding)}`), ...ofSwarm],
    failed:
      ofSwarm.length > 0 ||
      looks.some(
        ({ findings, problem }) =>
          problem !== undefined ||
          findings.some(({ ofApplication = false, mayBeMeant = false }) => !ofApplication && !mayBeMeant),
      ),
  };
}

/**
 * Prints where the hosts of a stack, or its Swarm, are not as its last `up` left them, and what to do; changes nothing.
 * @throws UserError if the stack's state can't be read.
 */
export async function printDrift(stack: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const state = await requireState(stack, environment);
  const looks = await lookAtHosts("stacks", stack, state);
  const lines = [
    ...describeLooks(looks, (finding) => `. ${remedyOf(finding, stack)}`),
    ...shown(
      neverMade("stacks", stack, state).map(
        (host) => `Host ${host}: ${neverMadeText}. make up STACK=${stack} sets it up.`,
      ),
    ),
    ...(await swarmDrift(state, stack)),
  ];
  process.stdout.write(`${lines.length === 0 ? "Every host is as the last up left it." : lines.join("\n")}\n`);
}
