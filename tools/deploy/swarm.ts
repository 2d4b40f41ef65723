import { readState } from "../look";
import { UserError } from "../shared/errors";
import { run } from "../shared/run";
import { shownLines } from "../shared/shown";
import type { EngineEvent } from "./engine-events";

const serviceType = "docker:index/service:Service";

/**
 * Refuses what can only be asked of hosts.
 * @param what the command, such as `make status`.
 * @throws UserError if the stack has a Swarm.
 */
export function refuseSwarm(stack: string, what: string, swarm: boolean): void {
  if (!swarm) return;
  throw new UserError(
    `${what} asks hosts one by one, and stack ${stack} has a Swarm. Ask a manager: docker service ps dd-agent, and docker service logs dd-agent (docs/swarm.md).`,
  );
}

/** The failure of a Swarm in the engine's events, safe to print; undefined if there is none. */
export function swarmFailure(events: readonly EngineEvent[]): string | undefined {
  const [first] = events.flatMap(({ diagnosticEvent: event }) =>
    event?.severity === "error" && event.urn?.includes("WatchedSwarm") === true ? [event.message] : [],
  );
  if (first === undefined) return undefined;
  const text = shownLines(first.replace(/<\{%[^%]*%\}>/g, "")).trim();
  return /^The Swarm: [^]*/m.exec(text)?.[0] ?? `The Swarm: ${text}`;
}

/**
 * Makes the state say again what the Swarm has, after an `up` that failed: if the engine has rolled a service back, the next
 * preview then shows the change again. Does nothing if no manager answers.
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
