import { expect, test } from "vitest";

import { closingLines, countGoEvents, sum } from "../../../tools/test/count";

const count = { passed: 2, failed: ["a > b"], skipped: [{ name: "c", reason: "no engine" }] };

test("counts are added, and names keep their order", () => {
  expect(sum([count, { passed: 3, failed: ["d"], skipped: [] }])).toEqual({
    passed: 5,
    failed: ["a > b", "d"],
    skipped: [{ name: "c", reason: "no engine" }],
    retried: [],
  });
  expect(sum([{ ...count, retried: ["e"] }, count]).retried).toEqual(["e"]);
  expect(sum([])).toEqual({ passed: 0, failed: [], skipped: [], retried: [] });
});

test("the last line is the count; above it are the names of retried, failed and skipped tests", () => {
  expect(closingLines({ ...count, retried: ["e > f"] }).split("\n")).toEqual([
    "RETRIED  e > f",
    "FAILED   a > b",
    "SKIPPED  c: no engine",
    "2 passed, 1 failed, 1 skipped",
  ]);
  expect(closingLines({ passed: 7, failed: [], skipped: [] })).toBe("7 passed, 0 failed, 0 skipped");
});

const events = (...all: object[]): string => all.map((event) => JSON.stringify(event)).join("\n");

test("Go's tests are counted one by one; packages that pass don't count", () => {
  const output = events(
    { Action: "run", Package: "p", Test: "TestA" },
    { Action: "output", Package: "p", Test: "TestA", Output: "ok\n" },
    { Action: "pass", Package: "p", Test: "TestA" },
    { Action: "pass", Package: "p", Test: "TestA/part" },
    { Action: "skip", Package: "p", Test: "TestB" },
    { Action: "fail", Package: "p", Test: "TestC" },
    { Action: "pass", Package: "p" },
  );
  expect(countGoEvents(output)).toMatchObject({
    passed: 2,
    failed: ["p > TestC"],
    skipped: [{ name: "p > TestB" }],
  });
});

test("a package that fails without a test, or can't be built, has failed", () => {
  const output = events(
    { Action: "build-output", ImportPath: "p", Output: "syntax error\n" },
    { Action: "fail", Package: "p" },
    { Action: "build-fail", ImportPath: "q" },
  );
  expect(countGoEvents(output).failed).toHaveLength(2);
});

test("lines that are no events are ignored", () => {
  expect(countGoEvents('go: downloading x\n{not json\n{"Action":"pass","Package":"p","Test":"T"}\n')).toMatchObject({
    passed: 1,
    failed: [],
  });
});
