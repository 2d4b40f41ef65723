import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { runScript } from "./run-script";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bundled-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Copies out of an image whose folder of configs has these files. */
const copy = (files: string) => {
  const docker = [
    "create*) log; echo new ;;",
    `cp*) log; for target; do :; done; mkdir "$target"; (cd "$target"; touch ${files}) ;;`,
    "*) log ;;",
  ];
  const calls = [["copy_bundled", "image:5", "/etc/conf.d", "*.yaml.default", folder]] as const;
  return runScript({ files: ["bundled-configs"], calls }, docker.join("\n"));
};

test("files that match the pattern are copied, and the temporary container is removed", () => {
  const { status, stderr, docker } = copy("disk.yaml.default ntp.yaml.default docker.yaml");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(readdirSync(folder).sort()).toEqual(["disk.yaml.default", "ntp.yaml.default"]);
  expect(docker).toEqual([
    "create image:5",
    expect.stringMatching(/^cp new:\/etc\/conf\.d /),
    "rm --force --volumes new",
  ]);
});

test("an image without matching files is accepted", () => {
  expect(copy("docker.yaml")).toMatchObject({ status: 0, stderr: "" });
  expect(readdirSync(folder)).toEqual([]);
});

test("a copy that fails is an error, and the temporary container is removed as well", () => {
  rmSync(folder, { recursive: true });
  const { status, docker } = copy("disk.yaml.default");
  expect(status).not.toBe(0);
  expect(docker.at(-1)).toBe("rm --force --volumes new");
  folder = mkdtempSync(join(tmpdir(), "bundled-"));
});
