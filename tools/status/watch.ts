import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

/** What one round of questions came to. */
export interface Round {
  /** What is printed, without a line end. It is safe to print. */
  readonly text: string;
  /** The exit code. */
  readonly code: number;
}

/** How rounds are printed, and how long they go on. */
export interface WatchOptions {
  /** Where they are printed. The watch ends when nobody reads that any more, as with `| head -1`. */
  readonly output: Writable;
  /** Whether each round takes the place of the one before, as on a terminal. Otherwise one that says nothing new is left out. */
  readonly replaces: boolean;
  /** The line above a round. Default: none. */
  readonly heading?: () => string;
  /** Ends it, even in the middle of a round. */
  readonly signal: AbortSignal;
  /** The pause between two rounds, in milliseconds. Default: 10 s. */
  readonly pauseMs?: number;
}

/** Moves to the upper left corner of a terminal, and clears it. */
const clear = "\u001b[H\u001b[2J";

/**
 * Asks again and again, and prints each round, until it is ended.
 * @param ask one round.
 * @returns the exit code of the last whole round; 0 if there was none.
 */
export async function watchRounds(
  ask: () => Promise<Round>,
  { output, replaces, heading, signal, pauseMs = 10_000 }: WatchOptions,
): Promise<number> {
  const unread = new AbortController();
  const end = (): void => unread.abort();
  output.once("error", end);
  const over = AbortSignal.any([signal, unread.signal]);
  const ended = new Promise<undefined>((resolve) => {
    over.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  let last: Round | undefined;
  while (!over.aborted) {
    const round = await Promise.race([ask(), ended]);
    if (round === undefined) break;
    if (replaces || round.text !== last?.text) {
      output.write(`${replaces ? clear : ""}${heading === undefined ? "" : `${heading()}\n`}${round.text}\n`);
    }
    last = round;
    await sleep(pauseMs, undefined, { signal: over }).catch(() => undefined);
  }
  output.off("error", end);
  return last?.code ?? 0;
}
