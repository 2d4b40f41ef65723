import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { writableScript } from "../../../infra/host/files";
import { type Outcome, runScript } from "./run-script";

const host = { name: "web-1", address: "192.0.2.10", user: "core", root: "/home/core/datadog" };

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "writable-"));
  chmodSync(root, 0o755);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Runs the script as a user other than root, since root may write everywhere. */
function look(folders: string[]): Outcome {
  const shell = ["sh", "-s"] as const;
  const command =
    process.getuid?.() === 0 ? (["setpriv", "--reuid=65534", "--clear-groups", ...shell] as const) : shell;
  return runScript(writableScript(host, folders), undefined, command);
}

test("a folder that Docker created for a container's mount is reported, with what to do", () => {
  const folder = join(root, "datadog");
  mkdirSync(folder, { mode: 0o555 });
  const { status, stderr } = look([folder]);
  expect(status).toBe(1);
  expect(stderr).toContain(`Host web-1 (192.0.2.10): user core can't write to ${folder}: Docker created it`);
  expect(stderr).toContain("sudo chown -R core /home/core/datadog");
});

test("a file of another user in its place is accepted: it gives way later", () => {
  writeFileSync(join(root, "file"), "", { mode: 0o400 });
  expect(look([join(root, "file")])).toMatchObject({ status: 0, stderr: "" });
});

test("a folder of the user is accepted, and a missing one too", () => {
  const folder = join(root, "own");
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  expect(look([folder, join(root, "none")])).toMatchObject({ status: 0, stderr: "" });
});
