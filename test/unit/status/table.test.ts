import { expect, test } from "vitest";

import type { HostReport, InstanceReport } from "../../../tools/status/report";
import { formatTable } from "../../../tools/status/table";

const instance: InstanceReport = {
  host: "web-1",
  check: "redisdb",
  instance: "172.17.0.3:6379",
  tags: ["project:shop", "environment:staging"],
  runs: 2,
  samples: 30,
  collected: "30 samples, 2 runs",
  error: "",
};

const table = (...reports: Partial<HostReport>[]): string[] =>
  formatTable(reports.map((report) => ({ instances: [], remarks: [], ...report }))).split("\n");

test("a row for each instance, its columns below their headings", () => {
  const [heading = "", row = "", other = ""] = table(
    { instances: [instance] },
    { instances: [{ ...instance, host: "a-longer-name", error: "no answer" }] },
  );
  expect(heading.split(/ {2,}/)).toEqual(["HOST", "INTEGRATION", "INSTANCE", "TAGS", "COLLECTED", "LAST ERROR"]);
  expect(row.split(/ {2,}/)).toEqual([
    "web-1",
    "redisdb",
    "172.17.0.3:6379",
    "project:shop environment:staging",
    "30 samples, 2 runs",
    "-",
  ]);
  expect(row.indexOf("redisdb")).toBe(heading.indexOf("INTEGRATION"));
  expect(other.indexOf("no answer")).toBe(heading.indexOf("LAST ERROR"));
});

test("an error of several lines stays in its row", () => {
  const lines = table({ instances: [{ ...instance, error: "first\n  second" }] });
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(/first second$/);
});

test("a tag is as long as its container likes, its cell is not", () => {
  const [, row = ""] = table({ instances: [{ ...instance, tags: [`project:${"x".repeat(10_000)}`, "a:\nb"] }] });
  expect(row.length).toBeLessThan(200);
  expect(row).toContain("x… a: b");
});

test("remarks stand below the rows, after a blank line", () => {
  expect(table({ instances: [instance] }, { remarks: ["web-2: no answer"] }).slice(2)).toEqual([
    "",
    "web-2: no answer",
  ]);
});

test("without instances there are the headings alone", () => {
  expect(table()).toHaveLength(1);
});
