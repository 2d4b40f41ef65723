import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { askHost } from "../../../tools/deploy/ask-host";
import { waitFor } from "../../../tools/shared/wait";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ask-host-"));
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"] ?? ""}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function program(name: string, lines: readonly string[]): void {
  writeFileSync(join(folder, name), ["#!/bin/sh", ...lines, ""].join("\n"));
  chmodSync(join(folder, name), 0o755);
}

/** What comes of asking a host by an ssh that does this. */
const ask = (ssh: readonly string[], patience = {}): Promise<string | undefined> => {
  program("ssh", ssh);
  const target = { user: "core", address: "192.0.2.10", port: 22, options: [] };
  return askHost(target, { silenceMs: 2000, waits: 3, longestMs: 20_000, ...patience });
};

const forEver = "while :; do sleep 0.05; done";
const connected = "echo 'debug1: Connection established.' >&2";
const loggedIn = "echo 'Authenticated to 192.0.2.10' >&2";

describe("a host", () => {
  test("that has answered counts as answering, whatever ssh prints when it is ended", async () => {
    const ended = "trap 'echo \"Killed by signal 15.\" >&2; exit 255' TERM";
    expect(await ask([ended, loggedIn, "echo answered", forEver])).toBeUndefined();
  });

  test("that can't be reached does not answer, and ssh's reason is kept", async () => {
    const refused = "ssh: connect to host 192.0.2.10 port 22: Connection refused";
    expect(await ask(["echo 'debug1: Connecting to host' >&2", `echo '${refused}' >&2`, "exit 255"])).toBe(refused);
  });

  test.each([
    ["no connection", [], "it accepts no connection"],
    ["no login", [connected], "its sshd does not answer"],
    ["no command", [connected, loggedIn], "its sshd accepts the connection, but runs no command"],
    ["no engine", [loggedIn, "echo waiting"], "its sshd accepts the connection, but the Docker engine does not answer"],
  ])("that says nothing any more is told by how far it came: %s", async (_, said, why) => {
    expect(await ask([...said, forEver], { silenceMs: 1000 })).toBe(why);
  });

  test("that is slow gets its time, as long as it goes on", async () => {
    const slow = [connected, "debug1: a step", "debug1: another", "debug1: one more"].map(
      (line) => `${line.startsWith("debug1") ? `echo '${line}' >&2` : line}; sleep 0.6`,
    );
    expect(await ask([...slow, loggedIn, "sleep 0.6", "echo answered", forEver])).toBeUndefined();
  });

  test("that says something for ever is not waited for that long", async () => {
    const chatter = "while :; do echo nonsense; sleep 0.1; done";
    expect(await ask([loggedIn, chatter], { longestMs: 800 })).toMatch(/runs no command/);
  });
});

describe("the script on the host", () => {
  const onThisMachine = [loggedIn, "exec sh -s"];

  test.each([
    ["answers", "exit 0"],
    ["refuses", "exit 1"],
  ])("takes an engine that %s for one that answers", async (_, docker) => {
    program("docker", [docker]);
    expect(await ask(onThisMachine)).toBeUndefined();
  });

  test("counts how often it waits for an engine that does not answer, and leaves nothing running", async () => {
    const id = join(folder, "id");
    program("docker", [`echo $$ >${id}`, "exec sleep 600"]);
    expect(await ask(onThisMachine, { silenceMs: 10_000, waits: 2 })).toMatch(/the Docker engine does not answer/);
    const asking = readFileSync(id, "utf8").trim();
    const isGone = (): boolean =>
      !existsSync(`/proc/${asking}`) || / Z /.test(readFileSync(`/proc/${asking}/stat`, "utf8"));
    await waitFor("the question to end", () => Promise.resolve(isGone()), { timeoutMs: 20_000, intervalMs: 50 });
  });
});
