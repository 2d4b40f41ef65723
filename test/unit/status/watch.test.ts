import { Writable } from "node:stream";

import { expect, test } from "vitest";

import { watchRounds, type Round } from "../../../tools/status/watch";

/** A stream that passes on whatever is written to it. */
function streamTo(write: (text: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write: (text: string, _, done) => {
      write(text);
      done();
    },
  });
}

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
    { replaces: false, pauseMs: 0, signal: ending.signal, output: streamTo((text) => written.push(text)), ...options },
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
  const options = { output: streamTo(write), replaces: false, signal: ending.signal, pauseMs: 60_000 };
  expect(await watchRounds(() => Promise.resolve(wrong), options)).toBe(1);
  expect(await watchRounds(() => Promise.resolve(wrong), options)).toBe(0);
  expect(written).toEqual(["a check fails\n"]);
});

test("it is over once nobody reads any more, with the last round's exit code", async () => {
  const rounds = [well, wrong];
  const output = new Writable({ write: (_, __, done) => done(rounds.length === 0 ? new Error("EPIPE") : undefined) });
  const ask = () => {
    const next = rounds.shift();
    return next === undefined ? new Promise<Round>(() => undefined) : Promise.resolve(next);
  };
  const options = { output, replaces: false, signal: new AbortController().signal, pauseMs: 0 };
  expect(await watchRounds(ask, options)).toBe(1);
});
