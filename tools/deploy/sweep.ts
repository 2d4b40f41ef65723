import { sweepScript } from "../../infra/fleet";
import { runOnHost } from "../../infra/host";
import { sideBySide } from "../shared/side-by-side";
import { hostResourceOf } from "./host-resources";
import type { Leftovers } from "./repairs";
import type { StackState } from "./state";

/** Names of the hosts in a state on which something may have been made. */
export function hostsInState({ deployment: { resources = [] } }: StackState): Set<string> {
  const places = resources.flatMap(({ urn }) => hostResourceOf(urn) ?? []);
  return new Set(places.filter(({ role }) => role !== undefined).map(({ host }) => host));
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
    const lines = await sideBySide(known, async (host) => {
      try {
        await runOnHost(host, sweepScript(host));
        return "";
      } catch (error) {
        return (error as Error).message;
      }
    });
    const told = lines.filter((line) => line !== "");
    return { lines: told, failed: told.length > 0 };
  } catch (error) {
    const lines = [`The hosts were not checked for leftovers of an interrupted run: ${(error as Error).message}`];
    return { lines, failed: false };
  }
}
