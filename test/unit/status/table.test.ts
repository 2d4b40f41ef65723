import { expect, test } from "vitest";

import { shown } from "../../../tools/shared/shown";
import type { HostReport, InstanceReport } from "../../../tools/status/report";
import { formatTable } from "../../../tools/status/table";

const instance: InstanceReport = {
  host: "web-1",
  check: "redisdb",
  instance: "172.17.0.3:6379",
  container: "cart",
  tags: ["project:shop", "environment:staging"],
  runs: 2,
  samples: 30,
  collected: "30 samples, 2 runs",
  error: "",
};

const table = (...reports: Partial<HostReport>[]): string[] =>
  formatTable(
    reports.map((report) =>
      shown({ host: "web-1", reached: true, instances: [], problems: [], remarks: [], ...report }),
    ),
  ).split("\n");

test("each instance has a row, with the columns below their headings", () => {
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

test("a long tag does not make its cell long", () => {
  const [, row = ""] = table({ instances: [{ ...instance, tags: [`project:${"x".repeat(10_000)}`, "a:\nb"] }] });
  expect(row.length).toBeLessThan(200);
  expect(row).toContain("x… a: b");
});

test("wide characters take two columns, and no cell is wider than its limit", () => {
  const [heading = "", row = ""] = table({
    instances: [{ ...instance, tags: ["名前:東京".repeat(100)], error: "last" }],
  });
  const before = row.slice(0, row.indexOf("last"));
  const wide = (before.match(/[名前東京]/g) ?? []).length;
  expect(before.length + wide).toBe(heading.indexOf("LAST ERROR"));
  expect(row.length).toBeLessThan(250);
});

test("rows of the same address get the container's name, then a number", () => {
  const rows = table({
    instances: [instance, { ...instance, container: "other" }, { ...instance, container: "other" }],
  }).slice(1);
  expect(rows.map((row) => row.split(/ {2,}/)[2])).toEqual([
    "172.17.0.3:6379 (cart)",
    "172.17.0.3:6379 (other) #1",
    "172.17.0.3:6379 (other) #2",
  ]);
});

test("problems and then remarks follow the rows, after a blank line", () => {
  const lines = table({ instances: [instance], remarks: ["web-1: odd"] }, { problems: ["web-2: no answer"] });
  expect(lines.slice(2)).toEqual(["", "web-2: no answer", "web-1: odd"]);
});

test("without instances there are only the headings", () => {
  expect(table()).toHaveLength(1);
});
