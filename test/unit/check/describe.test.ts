import { expect, test } from "vitest";

import { describeReport, isHealthy } from "../../../tools/check/describe";
import type { InstanceRun } from "../../../tools/check/schema";
import { shown } from "../../../tools/shared/shown";

const well: InstanceRun = {
  check: "redisdb",
  instance: "172.18.0.5:6379",
  tags: ["project:shop"],
  samples: [
    { metric: "redis.keys", value: 3, tags: ["project:shop", "role:master", "db:0"] },
    { metric: "redis.net.clients", value: 1, tags: ["project:shop", "role:master"] },
  ],
  serviceChecks: [{ name: "redis.can_connect", status: "OK", message: "", tags: [] }],
  error: "",
  warnings: [],
};
const failing = { ...well, samples: [], error: "WRONGPASS" };
const report = (...runs: InstanceRun[]) => ({ host: "web-1", container: "cart", runs, remarks: [] });

test("tags that all samples share are printed once", () => {
  expect(describeReport(shown(report(well))).split("\n")).toEqual([
    "cart on web-1: redisdb 172.18.0.5:6379",
    "  tags: project:shop role:master",
    "  redis.can_connect: OK",
    "  it collects 2 metrics:",
    "    redis.keys         3  db:0",
    "    redis.net.clients  1",
  ]);
});

test("a failure is shown with its message, and a reason if nothing was run", () => {
  expect(describeReport(shown(report(failing)))).toContain("  it fails: WRONGPASS\n");
  const none = { ...report(), remarks: ["cart has no instance"] };
  expect(describeReport(shown(none))).toBe("web-1: cart has no instance");
});

test("a report is healthy if there is a check and each one collects without an error", () => {
  expect(isHealthy(report(well))).toBe(true);
  expect(isHealthy(report(well, failing))).toBe(false);
  expect(isHealthy(report({ ...well, samples: [] }))).toBe(false);
  expect(isHealthy(report())).toBe(false);
});

test("whatever a container calls its metrics, each has one line without control characters", () => {
  const hostile = "x\u001b]0;PWNED\u0007\u001b[2J\r\n  it collects nothing\u202e\u2028";
  const samples = [1, 2].map((value) => ({
    metric: `${hostile}${value}`,
    value,
    tags: [hostile, `n:${hostile}${value}`],
  }));
  const lines = describeReport(shown(report({ ...well, samples, warnings: [hostile] }))).split("\n");
  expect(lines.map((line) => line.slice(0, 17))).toEqual([
    "cart on web-1: re",
    "  tags: project:s",
    "  it warns: x it ",
    "  redis.can_conne",
    "  it collects 2 m",
    "    x it collects",
    "    x it collects",
  ]);
  expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
});

test("of very many metrics the first are listed", () => {
  const samples = Array.from({ length: 200_000 }, (_, value) => ({ metric: `m${value}`, value, tags: ["a:b"] }));
  const lines = describeReport(shown(report({ ...well, samples }))).split("\n");
  expect(lines).toContain("  it collects 200000 metrics:");
  expect(lines.slice(-2)).toEqual(["    m999  999", "    and 199000 more, which JSON=yes shows"]);
});
