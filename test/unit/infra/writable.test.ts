import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { writableLines } from "../../../infra/host/files";
import { script } from "../../../infra/host/script";

const host = { name: "web-1", address: "192.0.2.10", user: "core", root: "/home/core/datadog" };

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "writable-"));
  chmodSync(root, 0o755);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Runs the lines as somebody who is not root: root may write everywhere. */
function look(folders: string[]): { status: number | null; stderr: string } {
  const shell = process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--clear-groups", "sh", "-s"] : ["sh", "-s"];
  return spawnSync(shell[0] ?? "", shell.slice(1), { input: script(writableLines(host, folders)), encoding: "utf8" });
}

test("a folder that Docker made for a container's mount is told, with what to do", () => {
  const folder = join(root, "datadog");
  mkdirSync(folder, { mode: 0o555 });
  const { status, stderr } = look([folder]);
  expect(status).toBe(1);
  expect(stderr).toContain(`Host web-1 (192.0.2.10): user core can't write to ${folder}: Docker has made it`);
  expect(stderr).toContain("sudo chown -R core /home/core/datadog");
});

test("a folder of the user's own, or none, is fine", () => {
  const folder = join(root, "own");
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  expect(look([folder, join(root, "none")])).toMatchObject({ status: 0, stderr: "" });
});
