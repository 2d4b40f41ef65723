import { spawn } from "node:child_process";

import { expect, test } from "vitest";

import { outlivesTerminal } from "../../../tools/shared/signals";

test.each([
  ["outlives its terminal if its parent ignores the signal for that, as under nohup", "trap '' HUP; ", true],
  ["does not outlive its terminal otherwise", "trap '' INT; ", false],
])("a program %s", async (_, trap, outlives) => {
  const parent = spawn("sh", ["-c", `${trap}echo ready; read -r end`]);
  try {
    await new Promise((resolve) => parent.stdout.once("data", resolve));
    expect(outlivesTerminal(parent.pid)).toBe(outlives);
  } finally {
    parent.stdin.end();
  }
});

test("a program whose parent is not there does not outlive its terminal", () => {
  expect(outlivesTerminal(2 ** 30)).toBe(false);
});
