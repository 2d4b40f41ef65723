import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { refreshable, refreshState } from "../../../tools/deploy/refresh";
import { waitFor } from "../../../tools/shared/wait";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "refresh-"));
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"] ?? ""}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Puts a program on the PATH that does this. */
function program(name: string, does: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
}

const urn = (host: string, role: string): string =>
  `urn:pulumi:shop-staging::datadog-hosts::datadog-hosts:index:MonitoredHost$docker:x::${host}-${role}`;

test("a refresh that is interrupted ends in its own time, since it would leave its lock otherwise, and says so", async () => {
  program("pulumi", `trap 'rm ${folder}/lock; exit 1' INT; touch ${folder}/lock; while :; do sleep 0.05; done`);
  const refresh = refreshState("shop-staging", process.env, { deployment: {} }, [urn("web-1", "agent")]);
  const ended = expect(refresh).rejects.toThrow("The run was interrupted. To finish it: make up STACK=shop-staging");
  const isLocked = (): boolean => existsSync(join(folder, "lock"));
  await waitFor("the lock", () => Promise.resolve(isLocked()));
  process.emit("SIGTERM");
  await ended;
  expect(isLocked()).toBe(false);
});

test("hosts whose connection the docker provider can't use are not refreshed: it would wait for ever", async () => {
  program(
    "ssh",
    `case "$*" in *192.0.2.11*) echo 'Authenticated to x' >&2; echo 'sh: GET: not found' >&2; exec sleep 60 ;; esac
read -r question; printf 'HTTP/1.1 200 OK\\r\\n\\r\\nOK'`,
  );
  let printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  const resources = ["web-1", "web-2"].map((host, index) => ({
    urn: urn(host, "docker"),
    inputs: { host: `ssh://core@192.0.2.1${index}:22`, sshOpts: "[]" },
  }));
  const agents = ["web-1", "web-2"].map((host) => urn(host, "agent"));
  expect(await refreshable(resources as never, agents)).toEqual([urn("web-1", "agent")]);
  expect(printed).toMatch(/^Host web-2: could not be repaired: the login shell of user core starts another program/);
});
