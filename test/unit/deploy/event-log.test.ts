import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { EventLog } from "../../../tools/deploy/event-log";

let folder = "";
const { TMPDIR: before } = process.env;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "event-log-"));
  process.env["TMPDIR"] = folder;
});
afterEach(() => {
  if (before === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = before;
  rmSync(folder, { recursive: true });
});

test("events that another process writes are read once their lines are complete, and the file has no name", () => {
  const log = new EventLog();
  expect(log.events()).toEqual([]);
  const write = (text: string): void => {
    // As Pulumi opens it: by its path.
    const { status } = spawnSync("sh", ["-c", `printf '%s' '${text}' >>${log.path}`], {
      stdio: ["ignore", "inherit", "inherit", log.descriptor],
    });
    expect(status).toBe(0);
  };
  write('{"timestamp":1}\n{"diagnosticEvent":{"severity":"error","mess');
  expect(log.events()).toEqual([{ timestamp: 1 }]);
  write('age":"é"}}\n');
  expect(log.events()).toEqual([{ timestamp: 1 }, { diagnosticEvent: { severity: "error", message: "é" } }]);
  expect(readdirSync(folder)).toEqual([]);
  log.close();
});

test("a character that is split between two reads stays whole, and only providers' inputs are kept", () => {
  const log = new EventLog();
  const step = (urn: string, inputs: object) => ({
    resourcePreEvent: { metadata: { op: "create", urn, new: { inputs } } },
  });
  const provider = step("urn:pulumi:a::b::pulumi:providers:docker::web-1-docker", { host: "ssh://core@192.0.2.1:22" });
  const command = step("urn:pulumi:a::b::command:remote:Command::web-1-files", { stdin: "é".repeat(1_000_000) });
  writeSync(log.descriptor, `${JSON.stringify(command)}\n${JSON.stringify(provider)}\n`);
  const { op, urn } = command.resourcePreEvent.metadata;
  expect(log.events()).toEqual([{ resourcePreEvent: { metadata: { op, urn } } }, provider]);
  log.close();
});
