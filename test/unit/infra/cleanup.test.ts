import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { removeLeftoversScript } from "../../../infra/container";
import { cleanupScript, removeUnlistedScript } from "../../../infra/fleet/cleanup";
import { runScript } from "./run-script";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cleanup-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("siblings of the folders in use are removed; everything else stays", () => {
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

test("what a link in the place of their parent leads to stays", () => {
  mkdirSync(join(root, "theirs/b2"), { recursive: true });
  writeFileSync(join(root, "theirs/file"), "");
  symlinkSync("theirs", join(root, "gen"));
  expect(runScript(cleanupScript([join(root, "gen/b2")])).status).toBe(0);
  expect(readdirSync(join(root, "theirs"))).toEqual(["b2", "file"]);
});

describe("a config of an integration that the stack no longer lists", () => {
  /** Runs the script and returns the calls of `docker`. With `fails`, `docker` fails, which interrupts the run. */
  function unlist(unlisted: readonly string[], signal: number | undefined, fails = false): readonly string[] {
    const configs = { folder: root, listed: ["etcd.d", "etcd.yaml"], unlisted };
    const { status, docker } = runScript(removeUnlistedScript(configs, signal), `*) log; exit ${fails ? 1 : 0} ;;`);
    expect(status).toBe(fails ? 1 : 0);
    return docker;
  }

  test("is removed, and an agent that does not poll gets one signal", () => {
    const [file, folder] = [join(root, "redisdb.yaml"), join(root, "redisdb.d")];
    writeFileSync(file, "x");
    mkdirSync(folder);
    writeFileSync(join(folder, "redisdb.yaml"), "x");
    expect(unlist([file, folder], 1)).toEqual(["kill --signal 1 dd-agent"]);
    expect([file, folder, `${file}.gone`].filter(existsSync)).toEqual([]);
    expect(unlist([file, folder], 1)).toEqual([]);
  });

  test("is signalled by the next run if a run was interrupted", () => {
    const file = join(root, "redisdb.yaml");
    writeFileSync(file, "x");
    unlist([file], 1, true);
    expect(existsSync(file)).toBe(false);
    expect(unlist([file], 1)).toEqual(["kill --signal 1 dd-agent"]);
    expect(existsSync(`${file}.gone`)).toBe(false);
  });

  /** Writes configs of a check that nobody knows any more, and of one that is listed. */
  function writeOrphans(text = "# A check.\n# Generated; changes by hand are lost.\n"): void {
    for (const check of ["queue", "etcd"]) {
      mkdirSync(join(root, `${check}.d`), { recursive: true });
      writeFileSync(join(root, `${check}.d/a.yaml`), text);
      writeFileSync(join(root, `${check}.yaml`), text);
    }
  }

  test("is removed if nobody knows its check any more, and the generator wrote it", () => {
    writeOrphans();
    writeFileSync(join(root, "disk.yaml.default"), "of the image");
    expect(unlist([], 1, true)).toEqual(["kill --signal 1 dd-agent"]);
    expect(readdirSync(root)).toEqual(["disk.yaml.default", "etcd.d", "etcd.yaml", "queue.yaml.gone"]);
    expect(unlist([], 1)).toEqual(["kill --signal 1 dd-agent"]);
    expect(unlist([], 1)).toEqual([]);
    writeOrphans();
    expect(unlist([], undefined)).toEqual([]);
    expect(readdirSync(root)).toEqual(["disk.yaml.default", "etcd.d", "etcd.yaml"]);
  });

  test("stays if it is of logs, for which there is no check", () => {
    mkdirSync(join(root, "container_logs.d"));
    writeFileSync(join(root, "container_logs.d/a.yaml"), "# Generated; changes by hand are lost.\n");
    expect(unlist([], undefined)).toEqual([]);
    expect(readdirSync(join(root, "container_logs.d"))).toEqual(["a.yaml"]);
  });

  test("stays if somebody else put it there", () => {
    writeOrphans("instances: []\n");
    expect(unlist([], 1)).toEqual([]);
    expect(readdirSync(root)).toEqual(["etcd.d", "etcd.yaml", "queue.d", "queue.yaml"]);
  });

  test("is removed without a signal to an agent that polls", () => {
    const file = join(root, "redisdb.yaml");
    writeFileSync(file, "x");
    expect(unlist([file], undefined)).toEqual([]);
    expect(existsSync(file)).toBe(false);
  });
});

test("only the host's containers in use stay; those of a former name are removed too", () => {
  const owner = { stackName: "shop-staging", formerStackNames: ["shop-stage"], name: "web-1", formerNames: ["old-1"] };
  const docker = [
    "*stack=shop-staging*host=web-1*role=agent) echo aa; echo bb ;;",
    "*stack=shop-staging*host=web-1*role=generator) echo cc ;;",
    "*stack=shop-stage*host=old-1*role=generator) echo dd ;;",
    "ps*) ;;",
    "*) log ;;",
  ];
  expect(runScript(removeLeftoversScript(owner, ["aa", "cc"]), docker.join("\n"))).toMatchObject({
    status: 0,
    docker: ["rm --force --volumes bb", "rm --force --volumes dd"],
  });
});
