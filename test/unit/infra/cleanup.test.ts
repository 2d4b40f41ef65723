import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { makeRoomScript } from "../../../infra/container/make-room";
import { cleanupScript, unlistedScript } from "../../../infra/fleet/cleanup";
import { runScript } from "./run-script";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cleanup-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("what stands beside the folders in use goes, they and everything else stay", () => {
  const folders = ["config/gen/a 1", "config/gen/b2", "config/own", "generated/x.d", "generated/y.d", "generated/z.d"];
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
  const inUse = ["config/gen/b2", "generated/x.d", "generated/y.d"].map((folder) => join(root, folder));
  const { status } = runScript(cleanupScript(inUse));
  expect(status).toBe(0);
  const left = (folder: string): boolean => existsSync(join(root, folder));
  expect(inUse.every(existsSync)).toBe(true);
  expect(["config/gen/a 1", "generated/z.d"].some(left)).toBe(false);
  expect(left("config/own")).toBe(true);
});

describe("a config that the stack no longer lists", () => {
  /** What Docker was told; a `docker` that fails is what cuts a run off. */
  function unlist(paths: readonly string[], signal: number | undefined, fails = false): readonly string[] {
    const { status, docker } = runScript(unlistedScript(paths, signal), `*) log; exit ${fails ? 1 : 0} ;;`);
    expect(status).toBe(fails ? 1 : 0);
    return docker;
  }

  test("goes, and an agent that does not look for itself is told once", () => {
    const [file, folder] = [join(root, "redisdb.yaml"), join(root, "redisdb.d")];
    writeFileSync(file, "x");
    mkdirSync(folder);
    writeFileSync(join(folder, "redisdb.yaml"), "x");
    expect(unlist([file, folder], 1)).toEqual(["kill --signal 1 dd-agent"]);
    expect([file, folder, `${file}.gone`].filter(existsSync)).toEqual([]);
    expect(unlist([file, folder], 1)).toEqual([]);
  });

  test("is told of by the next run where one was cut off", () => {
    const file = join(root, "redisdb.yaml");
    writeFileSync(file, "x");
    unlist([file], 1, true);
    expect(existsSync(file)).toBe(false);
    expect(unlist([file], 1)).toEqual(["kill --signal 1 dd-agent"]);
    expect(existsSync(`${file}.gone`)).toBe(false);
  });

  test("goes without a word to an agent that looks for itself", () => {
    const file = join(root, "redisdb.yaml");
    writeFileSync(file, "x");
    expect(unlist([file], undefined)).toEqual([]);
    expect(existsSync(file)).toBe(false);
  });
});

test("only a container with the stack's, the host's and the role's label is taken for an orphan, former names included", () => {
  const owner = { stackName: "shop-staging", formerStackNames: ["shop-stage"], name: "web-1", formerNames: ["old-1"] };
  const found = `ps*"datadog-hosts.stack=shop-stage "*"=old-1 "*) log; echo 0f; echo 1f ;;\n*) log ;;`;
  const look = (stack: string, name: string): string =>
    `ps --all --quiet --filter label=datadog-hosts.stack=${stack} ` +
    `--filter label=datadog-hosts.host=${name} --filter label=datadog-hosts.role=agent`;
  expect(runScript(makeRoomScript("agent", owner), found)).toMatchObject({
    status: 0,
    docker: [
      look("shop-staging", "web-1"),
      look("shop-staging", "old-1"),
      look("shop-stage", "web-1"),
      look("shop-stage", "old-1"),
      "rm --force 0f",
      "rm --force 1f",
    ],
  });
});
