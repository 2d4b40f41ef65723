import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test, vi } from "vitest";

import type { Count } from "../../../tools/test/count";

const errors = [
  {
    message: `\u001b[31mexpected 'a' to be 'b'\u001b[39m\n\n${Array.from({ length: 13 }, (_, at) => `line ${at}`).join("\n")}`,
    diff: "- Expected\n+ Received\n\n  same\n- b\n+ a",
  },
];

/** The count that the reporter writes after a run of one test. */
async function countOf(test: { state: "passed" | "failed"; flaky: boolean; errors?: typeof errors }): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), "counter-"));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, "count.json");
  vi.stubEnv("COUNT_FILE", file);
  const adds = { fullName: "adds", result: () => test, diagnostic: () => ({ flaky: test.flaky }) };
  const module = {
    relativeModuleId: "test/unit/sum.test.ts",
    state: () => test.state,
    children: { allTests: () => [adds] },
  };
  const { default: VitestCounter } = await import("../../../tools/test/vitest-counter.mjs");
  const counter = new VitestCounter();
  counter.onTestRunEnd([module] as unknown as Parameters<typeof counter.onTestRunEnd>[0], []);
  return JSON.parse(readFileSync(file, "utf8")) as Count;
}

const named = [
  "test/unit/sum.test.ts > adds",
  "expected 'a' to be 'b'",
  ...Array.from({ length: 12 }, (_, at) => `line ${at + 1}`),
  "- b",
  "+ a",
];

test("a failed test is named with the first and the last lines of its message, and the first lines that differ, without colours", async () => {
  const { failed, retried } = await countOf({ state: "failed", flaky: false, errors });
  expect(failed.join("\n").split(/\n */)).toEqual(named);
  expect(retried).toEqual([]);
});

test("a test that passes only when it is tried again is counted as passed, and named with why it failed at first", async () => {
  const { passed, failed, retried = [] } = await countOf({ state: "passed", flaky: true, errors });
  expect([passed, failed]).toEqual([1, []]);
  expect(retried.join("\n").split(/\n */)).toEqual(named);
  expect(await countOf({ state: "passed", flaky: false })).toMatchObject({ passed: 1, retried: [] });
});
