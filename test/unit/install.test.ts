import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "install-"));
  writeFileSync(join(folder, "package-lock.json"), "{}");
  utimesSync(join(folder, "package-lock.json"), new Date(0), new Date(0));
  // An npm that takes its time, fails if another one works beside it, and notes its arguments.
  const npm = [
    "#!/bin/sh",
    "mkdir busy || exit 1",
    "sleep 0.5",
    "mkdir -p node_modules && touch node_modules/.package-lock.json",
    'echo "$*" >>calls',
    "rmdir busy",
  ];
  writeFileSync(join(folder, "npm"), npm.join("\n"), { mode: 0o755 });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Installs the packages, and returns the exit status. */
async function install(): Promise<number | null> {
  const env = { ...process.env, NODE_ENV: "production", PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}` };
  const child = spawn("sh", [resolve("tools/install.sh")], { cwd: folder, env, stdio: "ignore" });
  return new Promise((settle) => child.once("close", settle));
}

test("of two installations at once, the second one waits and finds all packages there", async () => {
  expect(await Promise.all([install(), install()])).toEqual([0, 0]);
  const calls = readFileSync(join(folder, "calls"), "utf8");
  expect(calls).toMatch(/^ci --include=dev .*\n$/);
});

test("after a change of the lock file, the packages are installed again", async () => {
  expect(await install()).toBe(0);
  const later = new Date(Date.now() + 60_000);
  utimesSync(join(folder, "package-lock.json"), later, later);
  expect(await install()).toBe(0);
  expect(readFileSync(join(folder, "calls"), "utf8").split("\n")).toHaveLength(3);
});
