import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { cleanupLines } from "../../../infra/fleet/cleanup";
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
