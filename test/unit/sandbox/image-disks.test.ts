import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { linkImages } from "../../../sandbox/host/image-disks";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "image-disks-"));
  for (const path of ["from/overlay2/layer/diff/bin", "from/image/overlay2", "from/containers", "to"])
    mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, "from/overlay2/layer/diff/bin/sh"), "a program");
  writeFileSync(join(folder, "from/image/overlay2/repositories.json"), "{}");
  writeFileSync(join(folder, "from/engine-id"), "an id");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("two engines share the files of layers, but not the list of images, nor anything else", async () => {
  await linkImages(join(folder, "from"), join(folder, "to"));
  const inodes = (path: string) => ["from", "to"].map((engine) => statSync(join(folder, engine, path)).ino);
  expect(new Set(inodes("overlay2/layer/diff/bin/sh")).size).toBe(1);
  expect(new Set(inodes("overlay2/layer/diff/bin")).size).toBe(2);
  expect(new Set(inodes("image/overlay2/repositories.json")).size).toBe(2);
  expect(readFileSync(join(folder, "to/image/overlay2/repositories.json"), "utf8")).toBe("{}");
  expect(statSync(join(folder, "to/engine-id"), { throwIfNoEntry: false })).toBeUndefined();
  expect(statSync(join(folder, "to/containers"), { throwIfNoEntry: false })).toBeUndefined();
});
