import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { cleanupLines, unlistedLines } from "../../../infra/fleet/cleanup";
import { script } from "../../../infra/host/script";
import { makeRoomLines } from "../../../infra/container/make-room";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cleanup-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("what stands beside the folders in use goes, they and everything else stay", () => {
  for (const folder of [
    "config/gen/a1",
    "config/gen/b2",
    "config/own",
    "generated/x.d",
    "generated/y.d",
    "generated/z.d",
  ]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  const inUse = ["config/gen/b2", "generated/x.d", "generated/y.d"].map((folder) => join(root, folder));
  execFileSync("sh", ["-s"], { input: script(cleanupLines(inUse)) });
  const left = (folder: string): boolean => existsSync(join(root, folder));
  expect(inUse.every(existsSync)).toBe(true);
  expect(["config/gen/a1", "generated/z.d"].some(left)).toBe(false);
  expect(left("config/own")).toBe(true);
});

describe("a config that the stack no longer lists", () => {
  /** Runs the lines with a `docker` that writes down how it was called, or fails. Returns the calls so far. */
  function unlist(paths: readonly string[], signal: number | undefined, fails = false): string {
    const bin = join(root, "bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, "docker"), `#!/bin/sh\necho "$@" >>${root}/calls\nexit ${fails ? 1 : 0}\n`);
    chmodSync(join(bin, "docker"), 0o755);
    const env = { ...process.env, PATH: `${bin}:${process.env["PATH"] ?? ""}` };
    const run = (): unknown =>
      execFileSync("sh", ["-s"], { input: script(unlistedLines(paths, signal)), env, stdio: "pipe" });
    if (fails) expect(run).toThrow();
    else run();
    return existsSync(join(root, "calls")) ? readFileSync(join(root, "calls"), "utf8") : "";
  }

  test("goes, and an agent that does not look for itself is told once", () => {
    const [file, folder] = [join(root, "redisdb.yaml"), join(root, "redisdb.d")];
    writeFileSync(file, "x");
    mkdirSync(folder);
    writeFileSync(join(folder, "redisdb.yaml"), "x");
    expect(unlist([file, folder], 1)).toBe("kill --signal 1 dd-agent\n");
    expect([file, folder, `${file}.gone`].filter(existsSync)).toEqual([]);
    expect(unlist([file, folder], 1)).toBe("kill --signal 1 dd-agent\n");
  });

  test("is told of by the next run where one was cut off", () => {
    const file = join(root, "redisdb.yaml");
    writeFileSync(file, "x");
    unlist([file], 1, true);
    expect(existsSync(file)).toBe(false);
    expect(unlist([file], 1)).toBe("kill --signal 1 dd-agent\nkill --signal 1 dd-agent\n");
    expect(existsSync(`${file}.gone`)).toBe(false);
  });

  test("goes without a word to an agent that looks for itself", () => {
    const file = join(root, "redisdb.yaml");
    writeFileSync(file, "x");
    expect(unlist([file], undefined)).toBe("");
    expect(existsSync(file)).toBe(false);
  });
});

test("only a container with the stack's, the host's and the role's label is taken for an orphan, former names included", () => {
  const owner = { stackName: "shop-staging", formerStackNames: ["shop-stage"], name: "web-1", formerNames: ["old-1"] };
  const pairs = [
    ["shop-staging", "web-1"],
    ["shop-staging", "old-1"],
    ["shop-stage", "web-1"],
    ["shop-stage", "old-1"],
  ] as const;
  expect(makeRoomLines("agent", owner)).toEqual(
    pairs.map(([stack, name]): unknown =>
      expect.stringContaining(
        `docker ps --all --quiet --filter label=datadog-hosts.stack=${stack} ` +
          `--filter label=datadog-hosts.host=${name} --filter label=datadog-hosts.role=agent)`,
      ),
    ),
  );
});
