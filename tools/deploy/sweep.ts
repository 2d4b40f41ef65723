import { sweepScript } from "../../infra/fleet";
import { runOnHost } from "../../infra/host";
import type { HostSettings } from "../../infra/settings";
import { shown, type Shown } from "../shared/shown";
import { sideBySide } from "../shared/side-by-side";
import { hostResourceOf } from "./host-resources";
import type { Leftovers } from "./repairs";
import type { StackState } from "./state";

/** Names of the hosts in a state on which something may have been made. */
export function hostsInState({ deployment: { resources = [] } }: StackState): Set<string> {
  const places = resources.flatMap(({ urn }) => hostResourceOf(urn) ?? []);
  return new Set(places.filter(({ role }) => role !== undefined).map(({ host }) => host));
}

/** A line for each container of others that a repair has stopped and renamed, from what a sweep has printed. */
export function keptAside({ name }: Pick<HostSettings, "name">, printed: string): Shown<string[]> {
  const containers = printed.split("\n").filter((line) => line.includes(".set-aside-"));
  return shown(
    containers.map(
      (container) =>
        `Host ${name}: the container ${container} is another program's, and was stopped because of its name. If nobody needs it, remove it on the host: docker rm ${container}`,
    ),
  );
}

/**
 * Takes from hosts that were destroyed what the state did not know of, since an `up` was cut off before it could say so.
 * @param names of the hosts that were in the state.
 */
export async function sweepHosts(
  stack: string,
  names: ReadonlySet<string>,
  environment: NodeJS.ProcessEnv,
): Promise<Leftovers> {
  // Loaded only now: no other run needs it.
  const { readStackSettings } = await import("../render/index.js");
  try {
    const { hosts } = await readStackSettings(stack, environment);
    const known = hosts.filter(({ name }) => names.has(name));
    const swept = await sideBySide(known, async (host) => {
      try {
        return { lines: keptAside(host, await runOnHost(host, sweepScript(host))), failed: false };
      } catch (error) {
        return { lines: [(error as Error).message], failed: true };
      }
    });
    return { lines: swept.flatMap(({ lines }) => lines), failed: swept.some(({ failed }) => failed) };
  } catch (error) {
    const lines = [`The hosts were not checked for leftovers of an interrupted run: ${(error as Error).message}`];
    return { lines, failed: false };
  }
}
