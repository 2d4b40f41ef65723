import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { makeFolder, quote, removeEmpty, removeFolder, script, writeFile } from "../../../infra/host/script";

let folder = "";
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "host-script-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const run = (lines: string[]): string => execFileSync("sh", ["-s"], { input: script(lines), encoding: "utf8" });

test.each(["plain", "with space", "it's", `"$HOME" \`id\` \\`, "line\nbreak", "", "é😀", "-n", "*"])(
  "a quoted word reaches a program as it was: %j",
  (word) => {
    expect(run([`printf '%s' ${quote(word)}`])).toBe(word);
  },
);

test.each(["one line\n", "no newline at the end", "end of file\n$HOME `id` \\ 'x'\n", "\n\nblank\n\n"])(
  "a file gets exactly this content, and rights for its owner alone: %j",
  (content) => {
    const file = path.join(folder, "a file");
    run([writeFile(file, content, "0400")]);
    expect(fs.readFileSync(file, "utf8")).toBe(content.endsWith("\n") ? content : `${content}\n`);
    expect(fs.statSync(file).mode & 0o777).toBe(0o400);
    expect(fs.readdirSync(folder)).toEqual(["a file"]);
  },
);

test("a file is written again over one that can't be written to", () => {
  const file = path.join(folder, "file");
  run([writeFile(file, "old\n", "0400"), writeFile(file, "new\n", "0400")]);
  expect(fs.readFileSync(file, "utf8")).toBe("new\n");
});

test("a folder is for its owner alone, those above it are not", () => {
  run([makeFolder(`${folder}/above/private`)]);
  expect(fs.statSync(`${folder}/above/private`).mode & 0o777).toBe(0o700);
  expect(fs.statSync(`${folder}/above`).mode & 0o777).toBe(0o755);
});

test("removing a folder takes the empty ones above it along, up to the root and no further", () => {
  run([makeFolder(`${folder}/home/datadog/config/one`), makeFolder(`${folder}/home/datadog/config/two`)]);
  const root = `${folder}/home/datadog`;
  run([removeFolder(`${root}/config/one`, root)]);
  expect(fs.existsSync(`${root}/config/two`)).toBe(true);
  run([removeFolder(`${root}/config/two`, root)]);
  expect(fs.existsSync(root)).toBe(false);
  expect(fs.existsSync(`${folder}/home`)).toBe(true);
});

test("a folder with something in it is not removed as an empty one", () => {
  run([makeFolder(`${folder}/datadog/own`), writeFile(`${folder}/datadog/own/check.yaml`, "x", "0600")]);
  run(removeEmpty(`${folder}/datadog/own`, `${folder}/datadog`));
  expect(fs.existsSync(`${folder}/datadog/own/check.yaml`)).toBe(true);
});
