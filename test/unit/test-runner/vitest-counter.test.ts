import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test, vi } from "vitest";

test("a failed test is named with its message and the first lines that differ, without colours", async () => {
  const folder = mkdtempSync(join(tmpdir(), "counter-"));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, "count.json");
  vi.stubEnv("COUNT_FILE", file);
  const errors = [
    {
      message: "\u001b[31mexpected 'a' to be 'b'\u001b[39m\nsecond line",
      diff: "- Expected\n+ Received\n\n  same\n- b\n+ a",
    },
  ];
  const failing = { fullName: "adds", result: () => ({ state: "failed", errors }) };
  const module = {
    relativeModuleId: "test/unit/sum.test.ts",
    state: () => "failed",
    children: { allTests: () => [failing] },
  };
  const { default: VitestCounter } = await import("../../../tools/test/vitest-counter.mjs");
  const counter = new VitestCounter();
  counter.onTestRunEnd([module] as unknown as Parameters<typeof counter.onTestRunEnd>[0], []);
  const { failed } = JSON.parse(readFileSync(file, "utf8")) as { failed: string[] };
  expect(failed.join("\n").split(/\n */)).toEqual([
    "test/unit/sum.test.ts > adds",
    "expected 'a' to be 'b'",
    "- b",
    "+ a",
  ]);
});
