import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { type Call, type HostScript, inOneScript, scriptText, withValues } from "../../../infra/shell";
import { runScript } from "./run-script";

let folder = "";
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "shell-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Calls functions of some files, and sees that nothing fails. */
function call(files: readonly string[], ...calls: Call[]): string {
  const { status, stdout, stderr } = runScript({ files, calls });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

const words = ["plain", "with space", "it's", `"$HOME" \`id\` \\`, "line\nbreak", "", "é😀", "-n", "*", "a=b"];

test.each(words)("an argument reaches a function unchanged: %j", (word) => {
  expect(call([], ["printf", "%s", word])).toBe(word);
});

test.each(words)("a value reaches a function unchanged: %j", (word) => {
  const script = { values: { word }, calls: [["eval", 'printf %s "$word"']] } as const;
  expect(runScript(script).stdout).toBe(word);
});

test("a script ends at the first command that fails, and only its owner can read the files that it creates", () => {
  const calls: Call[] = [
    ["mkdir", `${folder}/own`],
    ["rmdir", `${folder}/none`],
    ["mkdir", `${folder}/never`],
  ];
  expect(runScript({ calls }).status).not.toBe(0);
  expect(fs.readdirSync(folder)).toEqual(["own"]);
  expect(fs.statSync(`${folder}/own`).mode & 0o777).toBe(0o700);
});

test("a script that has not arrived as a whole does nothing, wherever it is cut off", () => {
  const kept = `${folder}/kept`;
  const calls: Call[] = [
    ["mkdir", `${folder}/other`],
    ["rm", "-rf", `${kept}/outdated`],
  ];
  const text = scriptText({ calls });
  for (let length = 0; length < text.length - 2; length++) {
    fs.mkdirSync(`${kept}/outdated`, { recursive: true });
    spawnSync("sh", ["-s"], { input: text.slice(0, length), encoding: "utf8" });
    expect(fs.readdirSync(folder), text.slice(0, length)).toEqual(["kept"]);
  }
  expect(spawnSync("sh", ["-s"], { input: text }).status).toBe(0);
  expect(fs.readdirSync(folder)).toEqual(["kept", "other"]);
});

test("combined scripts contain each file once and each common value once", () => {
  const one: HostScript = { files: ["fail", "files"], values: { host: "a" }, calls: [["echo", "1"]] };
  const other: HostScript = { files: ["fail"], values: { host: "a", address: "b" }, calls: [["echo", "2"]] };
  const text = scriptText(inOneScript(one, other));
  expect(text.match(/^fail\(\) \{$/gm)).toHaveLength(1);
  expect(text).toMatch(/^host=a\naddress=b\n[^]*\necho 1\necho 2\n\}\n$/m);
  expect(() => inOneScript(one, { values: { host: "b" }, calls: [] })).toThrow(/different values of host\./);
});

test("a program has its values above its text, and gets its own arguments", () => {
  expect(withValues(["agent-5-collects"], { a: "1 2", b: "" })).toMatch(/^a='1 2'\nb=''\nservice datadog-agent /);
});

test.each(["one line\n", "no newline at the end", "end of file\n$HOME `id` \\ 'x'\n", "\n\nblank\n\n", "100%s\\n", ""])(
  "a file gets exactly this content, and rights for its owner alone: %j",
  (content) => {
    call(["files"], ["lay_down", `${folder}/private`, "a file", content]);
    expect(fs.readFileSync(`${folder}/private/a file`, "utf8")).toBe(content);
    expect(fs.statSync(`${folder}/private/a file`).mode & 0o777).toBe(0o400);
    expect(fs.statSync(`${folder}/private`).mode & 0o777).toBe(0o700);
    expect(fs.readdirSync(`${folder}/private`)).toEqual(["a file"]);
  },
);

test("a file that can't be written as a whole is told, and its predecessor stays", () => {
  call(["files"], ["lay_down", folder, "file", "old\n"]);
  const script: HostScript = {
    files: ["files"],
    // A file that would get too large stands for a disk that is full.
    calls: [
      ["trap", "", "XFSZ"],
      ["ulimit", "-f", "1"],
      ["lay_down", folder, "file", "x".repeat(5000)],
    ],
  };
  const { status, stderr } = runScript(script);
  expect(status).toBe(1);
  expect(stderr).toContain(
    `${folder}/file can't be written: no space left on device, or the user's quota is used up\n`,
  );
  expect(fs.readFileSync(`${folder}/file`, "utf8")).toBe("old\n");
});

test("a file replaces a read-only file, and what an interrupted run left", () => {
  call(["files"], ["lay_down", folder, "file", "old\n"]);
  fs.writeFileSync(`${folder}/file.new`, "half", { mode: 0o400 });
  const script: HostScript = { files: ["files"], calls: [["lay_down", folder, "file", "new\n"]] };
  // Root may write everywhere, so it is another user who tries.
  const isRoot = process.getuid?.() === 0;
  const user = 65534;
  if (isRoot) for (const path of [folder, `${folder}/file`, `${folder}/file.new`]) fs.chownSync(path, user, user);
  const asUser = ["setpriv", `--reuid=${user}`, "--clear-groups", "sh", "-s"] as const;
  const command = isRoot ? asUser : (["sh", "-s"] as const);
  expect(runScript(script, undefined, command)).toMatchObject({ status: 0, stderr: "" });
  expect(fs.readFileSync(`${folder}/file`, "utf8")).toBe("new\n");
  expect(fs.readdirSync(folder)).toEqual(["file"]);
});

test("an existing first file is kept", () => {
  const first = (content: string): Call => [
    "lay_down_first",
    `${folder}/configs`,
    "x.d/x.yaml",
    content,
    "y.yaml",
    "y",
  ];
  call(["files"], first("one"));
  fs.rmSync(`${folder}/configs/y.yaml`);
  call(["files"], first("two"));
  expect(fs.readFileSync(`${folder}/configs/x.d/x.yaml`, "utf8")).toBe("one");
  expect(fs.readFileSync(`${folder}/configs/y.yaml`, "utf8")).toBe("y");
  expect(fs.statSync(`${folder}/configs/x.d/x.yaml`).mode & 0o777).toBe(0o600);
  expect(fs.statSync(`${folder}/configs/x.d`).mode & 0o777).toBe(0o700);
});

test("a link in place of a folder gives way, and what it leads to stays as it is", () => {
  const theirs = `${folder}/theirs`;
  fs.mkdirSync(theirs);
  fs.chmodSync(theirs, 0o755);
  fs.mkdirSync(`${folder}/configs`);
  fs.symlinkSync(theirs, `${folder}/configs/x.d`);
  fs.symlinkSync(theirs, `${folder}/more`);
  fs.symlinkSync(theirs, `${folder}/own`);
  call(["files"], ["lay_down_first", `${folder}/configs`, "x.d/x.yaml", "x"]);
  call(["files"], ["lay_down_first", `${folder}/more`, "y.yaml", "y"]);
  call(["files"], ["make_folder", `${folder}/own`]);
  call(["writable-folder"], ["writable_folder", `${folder}/own`, "0700"]);
  expect(fs.readFileSync(`${folder}/configs/x.d/x.yaml`, "utf8")).toBe("x");
  expect(fs.readFileSync(`${folder}/more/y.yaml`, "utf8")).toBe("y");
  expect(fs.readdirSync(theirs)).toEqual([]);
  expect(fs.statSync(theirs).mode & 0o777).toBe(0o755);
});

test("a folder is private to its owner, its parents are not", () => {
  call(["files"], ["make_folder", `${folder}/above/private`]);
  expect(fs.statSync(`${folder}/above/private`).mode & 0o777).toBe(0o700);
  expect(fs.statSync(`${folder}/above`).mode & 0o777).toBe(0o755);
});

test("a folder that a container writes to has the rights that it is given, also if it is there already", () => {
  call(["writable-folder"], ["writable_folder", `${folder}/over/sockets`, "0700"]);
  call(["writable-folder"], ["writable_folder", `${folder}/over/sockets`, "0755"]);
  expect(fs.statSync(`${folder}/over/sockets`).mode & 0o777).toBe(0o755);
  expect(fs.statSync(`${folder}/over`).mode & 0o777).toBe(0o755);
});
