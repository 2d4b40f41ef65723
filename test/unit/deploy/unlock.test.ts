import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { unlock } from "../../../tools/deploy/unlock";

const locked =
  "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n" +
  "  file:///clone/.state/.pulumi/locks/abc.json: created by ann@desk (pid 123) at 2026-11-23T19:00:00Z";

let folder = "";
let printed = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "unlock-"));
  printed = "";
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Runs `unlock` with a `pulumi` whose `stack rename` fails with this message; returns the exit code and pulumi's commands. */
async function unlockWith(
  message: string,
  more: NodeJS.ProcessEnv = {},
): Promise<{ status: number; commands: readonly string[] }> {
  const program = join(folder, "pulumi");
  writeFileSync(
    program,
    `#!/bin/sh\necho "$1 $2" >>'${folder}/commands'\n[ "$1" = cancel ] && exit 0\nprintf '%s\\n' "$message" >&2\nexit 255\n`,
  );
  chmodSync(program, 0o755);
  writeFileSync(join(folder, "commands"), "");
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"] ?? ""}`);
  const env = { PULUMI_BACKEND_URL: "file:///state", ...process.env, message, ...more };
  const status = await unlock("shop-staging", env);
  vi.unstubAllEnvs();
  return { status, commands: readFileSync(join(folder, "commands"), "utf8").trim().split("\n") };
}

test("a lock is removed, and its holder named", async () => {
  expect(await unlockWith(locked)).toEqual({ status: 0, commands: ["stack rename", "cancel --yes"] });
  expect(printed).toBe(
    "Removed the lock of stack shop-staging: ann@desk (process 123), since 2026-11-23T19:00:00Z. To finish the interrupted run: make up STACK=shop-staging\n",
  );
});

test("without a lock nothing is removed, and the message says so", async () => {
  const { status, commands } = await unlockWith("error: a stack named organization/shop/shop-staging already exists");
  expect({ status, commands }).toEqual({ status: 0, commands: ["stack rename"] });
  expect(printed).toBe("Stack shop-staging has no lock. Nothing was removed.\n");
});

test("any other failure is reported, and nothing is removed", async () => {
  const { status, commands } = await unlockWith("error: no stack named 'shop-staging' found");
  expect({ status, commands }).toEqual({ status: 255, commands: ["stack rename"] });
  expect(printed).toContain("Stack shop-staging is not in this backend");
});

test("Pulumi Cloud is not asked to rename a stack", async () => {
  const { commands } = await unlockWith(locked, { PULUMI_BACKEND_URL: "https://api.pulumi.com" });
  expect(commands).toEqual(["cancel --yes"]);
});
