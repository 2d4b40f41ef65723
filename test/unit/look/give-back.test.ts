import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { giveBackLine } from "../../../tools/look/give-back";

/** A docker that runs a container's command here, without chroot. */
const docker = 'docker() { while [ "$1" != /host ]; do shift; done; shift; "$@"; }';

let folder = "";
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "give-back-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test("folders are given back, and what a link in their place leads to is not", () => {
  const root = join(folder, "data dog");
  const theirs = join(folder, "theirs");
  for (const path of ["config", "templates", "generated/nginx.d"]) mkdirSync(join(root, path), { recursive: true });
  mkdirSync(theirs);
  symlinkSync(theirs, join(root, "config/secrets"));
  symlinkSync(theirs, join(root, "config/datadog-gen"));
  symlinkSync(theirs, join(root, "generated/apache.d"));
  const own = ["config", "templates", "generated/nginx.d"].map((path) => join(root, path));
  for (const path of [...own, theirs]) chmodSync(path, 0o500);
  execFileSync("sh", ["-ec", `${docker}\n${giveBackLine(root, "image")}`]);
  expect(own.map(modeOf)).toEqual([0o700, 0o700, 0o700]);
  expect(modeOf(theirs)).toBe(0o500);
});
