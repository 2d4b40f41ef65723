/** Told of each failed attempt; and whether to go on at all. */
export interface RetryLog {
  status(message: string): Promise<void>;
  readonly cancelled: AbortSignal;
}

const FIRST_DELAY_MS = 100;
const BACKOFF = 1.5;
const LONGEST_DELAY_MS = 5_000;

/** No limit to the number of attempts. */
const UNLIMITED = -1;

async function pause(milliseconds: number, cancelled: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      cancelled.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    cancelled.addEventListener("abort", done);
  });
}

/**
 * Tries until it works, with growing pauses. `limit` failures are followed by another attempt; the one after that is the
 * last.
 */
export async function retrying<T>(what: string, limit: number, log: RetryLog, attempt: () => Promise<T>): Promise<T> {
  let delay = FIRST_DELAY_MS;
  for (let failed = 0; ; failed++) {
    try {
      return await attempt();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (limit > UNLIMITED && failed + 1 > limit) {
        throw new Error(`after ${failed} failed attempts: ${reason}`, { cause: error });
      }
      await log.status(`${what} ${failed + 1}/${limit === UNLIMITED ? "inf" : limit} failed: retrying`);
      await pause(delay, log.cancelled);
      if (log.cancelled.aborted) throw new Error("context canceled", { cause: error });
      delay = Math.min(delay * BACKOFF, LONGEST_DELAY_MS);
    }
  }
}
