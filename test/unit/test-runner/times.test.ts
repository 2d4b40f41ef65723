import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";

import { processorSeconds } from "../../../tools/test/processor-time";
import { timesTable } from "../../../tools/test/times-table";

describe("processor time", () => {
  test("includes this process and its children, whatever the process's name", () => {
    const numbers = ["S", ...Array.from({ length: 10 }, () => "1"), "150", "50", "300", "25", "9"];
    expect(processorSeconds(`7 (a) b (c) ${numbers.join(" ")}`)).toEqual({ own: 2, programs: 3.25 });
  });

  test("grows by a child process's work", () => {
    const before = processorSeconds().programs;
    spawnSync("sh", ["-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"]);
    expect(processorSeconds().programs).toBeGreaterThan(before);
  });
});

test("the table has the longest file first, what it waited, and the sums of the layers", () => {
  const times = [
    { file: "test/unit/a.test.ts", seconds: 2.2, own: 2, programs: 0 },
    { file: "test/e2e/b.test.ts", seconds: 100, own: 5, programs: 45 },
    { file: "test/e2e/c.test.ts", seconds: 200, own: 10, programs: 20 },
    { file: "test/unit/d.test.ts", seconds: 0.3, own: 0.3, programs: 0 },
  ];
  expect(timesTable(times)).toBe(
    [
      "seconds  waiting    tests  programs  file",
      "    200      170       10        20  test/e2e/c.test.ts",
      "    100       50        5        45  test/e2e/b.test.ts",
      "      2        0        2         0  test/unit/a.test.ts",
      "",
      "seconds  waiting    tests  programs  layer",
      "      3        0        2         0  unit",
      "    300      220       15        65  e2e",
    ].join("\n"),
  );
});
