import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { run } from "../../../tools/shared/run";

const repository = resolve(__dirname, "..", "..", "..");

/** The folder of a repository with one tool, which prints texts from a source and a package. */
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bundle-"));
  for (const part of ["infra/start", "tools/start.cjs", "tsconfig.json", "package.json"]) {
    cpSync(join(repository, part), join(folder, part), { recursive: true });
  }
  for (const part of ["sandbox", "node_modules"]) mkdirSync(join(folder, part));
  symlinkSync(join(repository, "node_modules", "esbuild"), join(folder, "node_modules", "esbuild"));
  write("node_modules/.package-lock.json", "{}");
  write("node_modules/known/index.js", 'exports.word = "known";');
  write("tools/words.ts", 'export const word: string = "one";');
  write(
    "tools/tool.ts",
    'import { word } from "./words"; import * as known from "known"; console.log(word, known.word);',
  );
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

/** Writes another text of the same size and leaves the times as they were. */
function disguise(file: string, text: string): void {
  const { atime, mtime, size } = statSync(join(folder, file));
  write(file, text);
  utimesSync(join(folder, file), atime, mtime);
  expect(statSync(join(folder, file)).size).toBe(size);
}

const tool = () => run("node", ["tools/start.cjs", "tools/tool.ts"], { cwd: folder, check: false });
const printed = async (): Promise<string> => (await tool()).stdout.trim();

/** Takes the bundler away: from now on, nothing can be compiled. */
function removeBundler(): void {
  rmSync(join(folder, "node_modules", "esbuild"));
}

describe("a tool", () => {
  it("is compiled once", async () => {
    expect(await printed()).toBe("one known");
    removeBundler();
    expect(await printed()).toBe("one known");
  });

  it("runs with a changed source, whatever the source's size and times", async () => {
    expect(await printed()).toBe("one known");
    disguise("tools/words.ts", 'export const word: string = "two";');
    expect(await printed()).toBe("two known");
  });

  it("is not compiled again for sources that it has been compiled from before", async () => {
    const source = readFileSync(join(folder, "tools/words.ts"), "utf8");
    await tool();
    write("tools/words.ts", 'export const word: string = "two";');
    await tool();
    removeBundler();
    write("tools/words.ts", source);
    expect(await printed()).toBe("one known");
  });

  it("runs with a source that replaces another", async () => {
    write("tools/words/index.ts", 'export const word: string = "folder";');
    expect(await printed()).toBe("one known");
    rmSync(join(folder, "tools/words.ts"));
    expect(await printed()).toBe("folder known");
  });

  it("runs with other packages, also with one that was changed by hand", async () => {
    await tool();
    write("node_modules/known/index.js", 'exports.word = "changed";');
    expect(await printed()).toBe("one changed");
    // As npm installs it: the times are those of the package's making.
    disguise("node_modules/known/index.js", 'exports.word = "another";');
    write("node_modules/.package-lock.json", '{"another":"version"}');
    expect(await printed()).toBe("one another");
  });

  it("keeps no bundle of a source that was changed while it was compiled", async () => {
    const original = readFileSync(join(folder, "tools/words.ts"), "utf8");
    removeBundler();
    write(
      "node_modules/esbuild/index.js",
      `require("node:fs").writeFileSync("tools/words.ts", 'export const word = "meanwhile";');
       module.exports = require(${JSON.stringify(join(repository, "node_modules", "esbuild"))});`,
    );
    expect(await printed()).toBe("meanwhile known");
    write(
      "node_modules/esbuild/index.js",
      `module.exports = require(${JSON.stringify(join(repository, "node_modules", "esbuild"))});`,
    );
    write("tools/words.ts", original);
    expect(await printed()).toBe("one known");
  });

  it("loads dynamic imports on demand, also the bundler", async () => {
    write(
      "tools/tool.ts",
      'import("./words").then(async ({ word }) => console.log(word, typeof (await import("esbuild")).build));',
    );
    expect(await printed()).toBe("one function");
  });

  it("finds files next to its sources", async () => {
    write("tools/tool.ts", "console.log(__dirname);");
    expect(await printed()).toBe(join(folder, "tools"));
  });

  it("runs if nothing can be cached", async () => {
    write("node_modules/.cache", "");
    expect(await printed()).toBe("one known");
    expect(await printed()).toBe("one known");
  });

  it("that can't be compiled says where, without a stack trace", async () => {
    write("tools/words.ts", "export const word: string = ;");
    const { status, stdout, stderr } = await tool();
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toBe('tools/tool.ts can\'t be compiled:\ntools/words.ts:1: Unexpected ";"\n');
  });

  it("says what to do if there is no bundler", async () => {
    removeBundler();
    const { status, stderr } = await tool();
    expect(status).toBe(1);
    expect(stderr).toContain("tools/tool.ts can't be compiled: Cannot find module 'esbuild'");
    expect(stderr).toContain("npm ci --ignore-scripts");
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it("fails with the stack trace of its own error", async () => {
    write("tools/tool.ts", 'throw new Error("broken");');
    const { status, stderr } = await tool();
    expect(status).toBe(1);
    expect(stderr).toContain("Error: broken\n    at");
  });
});
