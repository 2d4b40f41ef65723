import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { checkCommand7, readRun7 } from "../../../tools/check/generation-7";

const folder = mkdtempSync(join(tmpdir(), "check-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** As `agent check redisdb --json` prints one run. */
function run(source: string, error = "") {
  return {
    aggregator: {
      metrics: [
        {
          metric: "redis.net.clients",
          points: [
            [1, 4],
            [2, 5],
          ],
          tags: ["project:shop"],
          type: "gauge",
        },
      ],
      service_checks: [
        { check: "redis.can_connect", status: 2, message: "first run", tags: ["a:b"] },
        { check: "redis.can_connect", status: 0, message: "", tags: ["a:b"] },
      ],
    },
    runner: { CheckConfigSource: source, LastError: error, LastWarnings: ["slow"] },
    inventories: null,
  };
}

test("of several runs, the one of the file is read, with its last value and its last service check", () => {
  const text = `Multiple check instances found, running each of them\n${JSON.stringify([
    run("container:docker://abc", "another one's"),
    run("file:/tmp/x/redisdb.d/id.yaml"),
  ])}\n`;
  expect(readRun7(text, "id.yaml")).toEqual({
    samples: [{ metric: "redis.net.clients", value: 5, tags: ["project:shop"] }],
    serviceChecks: [{ name: "redis.can_connect", status: "OK", message: "", tags: ["a:b"] }],
    error: "",
    warnings: ["slow"],
  });
});

test.each([
  ["plain text", "no route", "no route"],
  ["a Python check's list", '[{"message":"WRONGPASS","traceback":"x"}]', "WRONGPASS"],
])("an error is told, as %s", (_, error, expected) => {
  expect(readRun7(JSON.stringify([run("file:/id.yaml", error)]), "id.yaml")?.error).toBe(expected);
});

test.each(["", "Error: no valid check found", "[", "[1]", "{}", '[{"runner":5}]'])("%o has no run", (text) => {
  expect(readRun7(text, "id.yaml")).toBeUndefined();
});

test("the agent gets a folder with only this file, which is removed afterwards", () => {
  const file = join(folder, "id.yaml");
  writeFileSync(file, "instances: []\n");
  writeFileSync(join(folder, "docker"), '#!/bin/sh\nshift 2\nexec "$@"\n', { mode: 0o755 });
  writeFileSync(
    join(folder, "agent"),
    '#!/bin/sh\necho "$*" >"$TOLD"\nls "$DD_CONFD_PATH" "$DD_CONFD_PATH/redisdb.d" >>"$TOLD"\ncat "$DD_CONFD_PATH/redisdb.d/id.yaml" >>"$TOLD"\nexit 3\n',
    { mode: 0o755 },
  );
  const told = join(folder, "told");
  const temporary = join(folder, "temporary");
  execFileSync("mkdir", [temporary]);
  const env = { PATH: `${folder}:${process.env["PATH"] ?? ""}`, TOLD: told, TMPDIR: temporary };
  expect(() => execFileSync("sh", ["-c", checkCommand7("dd-agent", "redisdb", file)], { env })).toThrow();
  const lines = execFileSync("cat", [told]).toString().split("\n");
  expect(lines[0]).toBe("check redisdb --json --check-rate");
  expect(lines.slice(1)).toEqual(expect.arrayContaining(["redisdb.d", "id.yaml", "instances: []"]));
  expect(execFileSync("ls", [temporary]).toString()).toBe("");
});
