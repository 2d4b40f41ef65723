import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "./errors";

/** How long {@link waitFor} waits, and how often it looks. */
export interface WaitOptions {
  /** In milliseconds. Default: 30 s. */
  readonly timeoutMs?: number;
  /** Pause between two looks in milliseconds. Default: 100. */
  readonly intervalMs?: number;
}

/**
 * Waits until `probe` answers something other than `undefined` or `false`, and returns that. A probe that throws counts
 * as "not yet". Throws {@link UserError} when the time is up, with `what` was waited for and the probe's last error.
 */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  options: WaitOptions = {},
): Promise<T> {
  const timeoutMs = options.timeoutMs ?? 30_000;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let last = "";
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (Date.now() >= deadline) {
      throw new UserError(
        `Waited ${timeoutMs / 1000} s for ${what}, in vain.${last === "" ? "" : ` Last seen: ${last}`}`,
      );
    }
    await sleep(options.intervalMs ?? 100);
  }
}
