import { hostsInState } from "./sweep";
import type { StackState } from "./state";

/**
 * A line for each host that the stack no longer lists and that an `up` which failed has not removed: Pulumi removes hosts last,
 * and only if nothing has failed before.
 * @param listed names of the hosts in the stack's file, former ones included; undefined if they are not known.
 * @param failed names of the hosts whose failure is reported anyway.
 */
export function describeRemainingHosts(
  stack: string,
  state: StackState | undefined,
  { listed, failed }: { readonly listed: ReadonlySet<string> | undefined; readonly failed: ReadonlySet<string> },
): string[] {
  if (state === undefined || listed === undefined) return [];
  return [...hostsInState(state)]
    .filter((name) => !listed.has(name) && !failed.has(name))
    .sort()
    .map(
      (name) =>
        `Host ${name}: the stack no longer lists it, but it is still monitored, since this up ended before it was removed. The next make up STACK=${stack} that succeeds removes it.`,
    );
}
