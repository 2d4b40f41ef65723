import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "./errors";

/** Options of {@link waitFor}. */
export interface WaitOptions {
  /** Time limit in milliseconds. Default: 30 s. */
  readonly timeoutMs?: number;
  /** Pause between two probes in milliseconds. A probe that takes longer is followed by a pause as long as itself. Default: 100. */
  readonly intervalMs?: number;
}

/**
 * Waits until `probe` returns something other than `undefined` or `false`, and returns that. A probe that throws is tried
 * again. After the time limit, throws {@link UserError} with `what` and the probe's last error.
 */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  options: WaitOptions = {},
): Promise<T> {
  const timeoutMs = options.timeoutMs ?? 30_000;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const began = Date.now();
    let last = "";
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (Date.now() >= deadline) {
      throw new UserError(`Waited ${timeoutMs / 1000} s for ${what}.${last === "" ? "" : ` The last error: ${last}`}`);
    }
    // On a busy machine probes take long; without a pause they would be what keeps it busy.
    await sleep(Math.max(options.intervalMs ?? 100, Date.now() - began));
  }
}
