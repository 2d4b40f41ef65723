import { readState } from "../look";
import { run } from "../shared/run";
import { shown, shownLines } from "../shared/shown";
import { lookAtSwarm, serviceType, type SwarmFinding, type SwarmLook } from "../swarm/look";
import type { EngineEvent } from "./engine-events";
import { stackOutputs, type StackState } from "./state";

/** What `up` still has to do after the repair of a stack's Swarm. */
export interface SwarmRepairs {
  /** URNs of the resources that `up` has to replace. */
  readonly replace: readonly string[];
  /** Whether the Swarm has to be looked at again after `up`. */
  readonly again: boolean;
}

/**
 * Checks whether a stack's Swarm is as its last `up` left it. If not, it prints a line for each finding on stdout, and makes the
 * state say what the Swarm has instead, so that `up` sets it back and waits until the nodes run it.
 * @param prepare makes the state say what the Swarm has of these resources, by their URNs; false if the Swarm may not be
 *   touched.
 */
export async function repairSwarm(
  state: StackState,
  prepare: (urns: readonly string[]) => Promise<boolean>,
): Promise<SwarmRepairs> {
  const { findings } = await lookAt(state);
  const urns = findings.flatMap(({ urn }) => urn ?? []);
  if (findings.length === 0 || (urns.length > 0 && !(await prepare(urns)))) return { replace: [], again: false };
  const lines = findings.map((finding) => `${describe(finding)}${doneFor(finding)}.`);
  process.stdout.write(`${shown(lines).join("\n")}\n`);
  const { resources = [] } = state.deployment;
  const anew = new Set(findings.flatMap(({ urn = "", anew: isMadeAnew = false }) => (isMadeAnew ? [urn] : [])));
  return {
    replace: resources.map(({ urn }) => urn).filter((urn) => urn.endsWith("::swarm-gate") || anew.has(urn)),
    again: true,
  };
}

/** What `make up` does about a finding. */
function doneFor({ urn, anew = false }: SwarmFinding): string {
  if (urn === undefined) return "";
  return anew ? ": read anew" : ": set back";
}

/** Where a Swarm is still not as the stack has made it, with what to do. */
export async function swarmLeftovers(state: StackState): Promise<readonly string[]> {
  const { findings } = await lookAt(state);
  return shown(findings.map((finding) => `${describe(finding)}. ${finding.byHand ?? "Run again."}`));
}

/** Where a Swarm is not as its last `up` left it, or why it can't be looked at, with what to do; nothing without a Swarm. */
export async function swarmDrift(state: StackState, stack: string): Promise<readonly string[]> {
  const { findings, problem } = await lookAt(state);
  return shown([
    ...findings.map((finding) => `${describe(finding)}. ${finding.byHand ?? `make up STACK=${stack} repairs it.`}`),
    ...(problem === undefined ? [] : [`The Swarm: ${problem}`]),
  ]);
}

function describe({ node, text }: SwarmFinding): string {
  return node === undefined ? `The Swarm: ${text}` : `Node ${node}: ${text}`;
}

/** Looks at a stack's Swarm; finds nothing if it has none, or if no manager answers, which `up` says. */
async function lookAt(state: StackState): Promise<Pick<SwarmLook, "findings" | "problem">> {
  const { swarm } = stackOutputs(state);
  return swarm === undefined ? { findings: [], problem: undefined } : lookAtSwarm(swarm, state);
}

/** The failure of a Swarm in the engine's events, safe to print; undefined if there is none. */
export function swarmFailure(events: readonly EngineEvent[]): string | undefined {
  const [first] = events.flatMap(({ diagnosticEvent: event }) =>
    event?.severity === "error" && event.urn?.includes("WatchedSwarm") === true ? [event.message] : [],
  );
  if (first === undefined) return undefined;
  const text = shownLines(first.replace(/<\{%[^%]*%\}>/g, "")).trim();
  const [, slow] = /error on wait for container with ID '([0-9a-f]{12})[0-9a-f]*': context deadline/.exec(text) ?? [];
  if (slow !== undefined) {
    return `The Swarm: a service is removed, but its container ${slow} on a manager took all of its time to end. Run again.`;
  }
  return /^The Swarm: [^]*/m.exec(text)?.[0] ?? `The Swarm: ${text}`;
}

/**
 * Makes the state say again what the Swarm has, after a run that failed: if the engine has rolled a service back, the next
 * preview then shows the change again; and one that is removed already is not removed again, which would fail. Does nothing if
 * no manager answers.
 */
export async function refreshServices(stack: string, env: NodeJS.ProcessEnv): Promise<void> {
  const state = await readState(stack, env);
  const services = (state?.deployment.resources ?? []).filter(
    ({ type, delete: old }) => type === serviceType && old !== true,
  );
  if (services.length === 0) return;
  const targets = services.flatMap(({ urn }) => ["--target", urn]);
  const args = ["refresh", "--yes", "--skip-preview", "--non-interactive", "--stack", stack, ...targets];
  await run("pulumi", args, { env, check: false });
}
