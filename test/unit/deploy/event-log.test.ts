import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
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

test("lines that another process writes are read, and the file has no name", () => {
  const log = new EventLog();
  expect(log.read()).toBe("");
  const write = (text: string): void => {
    // As Pulumi opens it: by its path.
    const { status } = spawnSync("sh", ["-c", `printf '%s' '${text}' >>${log.path}`], {
      stdio: ["ignore", "inherit", "inherit", log.descriptor],
    });
    expect(status).toBe(0);
  };
  write("one");
  expect(log.read()).toBe("one");
  write(", é");
  expect(log.read()).toBe("one, é");
  expect(readdirSync(folder)).toEqual([]);
  log.close();
});
