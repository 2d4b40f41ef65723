import { expect, test } from "vitest";

import { watchRounds, type Round } from "../../../tools/status/watch";

/** Watches some rounds, and ends in the middle of the one after them. */
async function watch(rounds: readonly Round[], options: { replaces?: boolean; heading?: () => string } = {}) {
  const written: string[] = [];
  const ending = new AbortController();
  const left = [...rounds];
  const code = await watchRounds(
    () => {
      const next = left.shift();
      if (next !== undefined) return Promise.resolve(next);
      ending.abort();
      return new Promise(() => undefined);
    },
    { replaces: false, pauseMs: 0, signal: ending.signal, write: (text) => written.push(text), ...options },
  );
  return { written, code };
}

const well: Round = { text: "all well", code: 0 };
const wrong: Round = { text: "a check fails", code: 1 };

test("each round with something new is printed; the exit code is the last round's", async () => {
  expect(await watch([well, well, wrong, wrong])).toEqual({ written: ["all well\n", "a check fails\n"], code: 1 });
  expect((await watch([wrong, well])).code).toBe(0);
});

test("on a terminal each round replaces the one before, below its time", async () => {
  const { written } = await watch([well, well], { replaces: true, heading: () => "12:00:00" });
  expect(written).toEqual(["\u001b[H\u001b[2J12:00:00\nall well\n", "\u001b[H\u001b[2J12:00:00\nall well\n"]);
});

test("a pause ends at once, and so does a watch that never began", async () => {
  const ending = new AbortController();
  const written: string[] = [];
  const write = (text: string): void => {
    written.push(text);
    ending.abort();
  };
  const options = { write, replaces: false, signal: ending.signal, pauseMs: 60_000 };
  expect(await watchRounds(() => Promise.resolve(wrong), options)).toBe(1);
  expect(await watchRounds(() => Promise.resolve(wrong), options)).toBe(0);
  expect(written).toEqual(["a check fails\n"]);
});
