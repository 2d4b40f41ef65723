import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { askEngine } from "../../../tools/deploy/run-watch";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ask-engine-"));
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"] ?? ""}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** What comes of asking an engine by an ssh that does this. */
const ask = (...ssh: readonly string[]): Promise<string | undefined> => {
  writeFileSync(join(folder, "ssh"), ["#!/bin/sh", ...ssh, ""].join("\n"));
  chmodSync(join(folder, "ssh"), 0o755);
  return askEngine({ user: "core", address: "192.0.2.10", port: 22, options: [] });
};

const loggedIn = "echo 'Authenticated to 192.0.2.10' >&2";

test("an engine that has answered counts as answering, whatever ssh prints when it is ended", async () => {
  const ended = "trap 'echo \"Killed by signal 15.\" >&2; exit 255' TERM";
  const answer = "printf 'HTTP/1.1 200 OK\\r\\n'";
  expect(await ask(ended, loggedIn, answer, "while :; do sleep 0.05; done")).toBeUndefined();
});

test("a host that can't be reached does not, and ssh's reason is kept", async () => {
  const refused = "ssh: connect to host 192.0.2.10 port 22: Connection refused";
  expect(await ask(`echo '${refused}' >&2`, "exit 255")).toBe(refused);
});
