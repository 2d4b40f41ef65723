import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { resolve } from "node:path";

import { logToStderr } from "../shared/progress";
import { run } from "../shared/run";
import { goEnvironment } from "../toolchain/go";
import { countGoEvents, sum, type Count } from "./count";
import { ensureShellcheck } from "./shellcheck";

const root = resolve(__dirname, "..", "..");
const standins = resolve(root, "test", "standins");
/** The folder that pins linters without an npm package: a Go module and Python requirements. */
const lintersFolder = resolve(__dirname, "lint");

/** The folders with the project's own shell files; those of stand-ins follow the vendor's style. */
const shellFolders = ["templates", "tools", "sandbox", ".ci"].map((folder) => resolve(root, folder));

/** A layer of tests: a function that runs it, or the vitest project of its name. */
export type Layer = (() => Promise<Count>) | "vitest project";

/** The layers in the order in which they run: the quick ones first. */
export const layers: Readonly<Record<string, Layer>> = {
  lint: async () =>
    sum(
      await Promise.all([
        check("eslint", ["npx", "eslint", "."]),
        check("prettier", ["npx", "prettier", "--check", "--log-level", "warn", "."]),
        check("types", ["npx", "tsc", "--noEmit"]),
        check("imports", ["npx", "depcruise", "--output-type", "err-long", "infra", "sandbox", "tools", "test"]),
        check("gofmt", ["sh", "-c", 'files=$(gofmt -l .); [ -z "$files" ] || { echo "$files"; exit 1; }'], standins),
        check("go vet", ["go", "vet", "./..."], standins, goEnvironment()),
        check(
          "actionlint",
          // shellcheck and pyflakes are not on every machine, so actionlint must not use them.
          ["sh", "-c", "go tool actionlint -shellcheck= -pyflakes= ../../../.github/workflows/*.yml"],
          lintersFolder,
          goEnvironment(),
        ),
        // shfmt reads its style from .editorconfig.
        check("shfmt", ["go", "tool", "shfmt", "--diff", ...shellFolders], lintersFolder, goEnvironment()),
        shellcheck(),
      ]),
    ),
  go: goTests,
  unit: "vitest project",
  golden: "vitest project",
  templates: "vitest project",
  contract: "vitest project",
  sandbox: "vitest project",
  e2e: "vitest project",
};

/** Parts of layers, to be run by themselves. */
export const parts: typeof layers = {
  fleet: () => vitest(["e2e"], ["test/e2e/fleet.test.ts", "test/e2e/jump-host.test.ts"]),
};

/** A command that passes or fails as a whole; its output is shown if it fails. */
async function check(name: string, [program = "", ...args]: string[], cwd = root, env = process.env): Promise<Count> {
  const result = await run(program, args, { cwd, check: false, env });
  if (result.status === 0) {
    process.stderr.write(`  ✓ ${name}\n`);
    return { passed: 1, failed: [], skipped: [] };
  }
  process.stderr.write(`${result.stdout}${result.stderr}`);
  return { passed: 0, failed: [`lint > ${name}`], skipped: [] };
}

/** Checks the same files as shfmt. Files without a shebang are checked as POSIX shell. */
async function shellcheck(): Promise<Count> {
  const args = ["tool", "shfmt", "--find", ...shellFolders];
  const found = await run("go", args, { cwd: lintersFolder, env: goEnvironment() });
  return check("shellcheck", [await ensureShellcheck(logToStderr), ...found.stdout.split("\n").slice(0, -1)]);
}

/**
 * Runs vitest projects of vitest.config.mts, or some of their files. A run without a count, or without any test, has failed.
 */
export async function vitest(projects: readonly string[], files: readonly string[] = []): Promise<Count> {
  const name = projects.join(" ");
  const folder = resolve(root, ".results");
  const file = resolve(folder, "count.json");
  mkdirSync(folder, { recursive: true });
  rmSync(file, { force: true });
  const reporters = ["--reporter", "default", "--reporter", "./tools/test/vitest-counter.mts"];
  const options = projects.flatMap((project) => ["--project", project]);
  const status = await inherit("npx", ["vitest", "run", ...options, ...reporters, ...files], {
    COUNT_FILE: file,
  });
  try {
    const count = JSON.parse(readFileSync(file, "utf8")) as Count;
    const isEmpty = count.passed + count.failed.length + count.skipped.length === 0;
    const hidden = status !== 0 && count.failed.length === 0;
    return isEmpty || hidden ? sum([count, { passed: 0, failed: [`${name} > vitest`], skipped: [] }]) : count;
  } catch {
    return { passed: 0, failed: [`${name} > vitest`], skipped: [] };
  }
}

async function goTests(): Promise<Count> {
  const options = { cwd: standins, check: false, env: goEnvironment() };
  const result = await run("go", ["test", "-json", "./..."], options);
  const count = countGoEvents(result.stdout);
  if (count.failed.length > 0 || result.status !== 0) {
    const output = [...result.stdout.matchAll(/"Output":("(?:[^"\\]|\\.)*")/g)].map(
      ([, text = '""']) => JSON.parse(text) as string,
    );
    process.stderr.write(`${output.join("")}${result.stderr}`);
  }
  const hidden = result.status !== 0 && count.failed.length === 0;
  return hidden ? sum([count, { passed: 0, failed: ["go test"], skipped: [] }]) : count;
}

async function inherit(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise((settle, reject) => {
    child.once("error", reject);
    child.once("close", (status) => {
      settle(status ?? 128);
    });
  });
}
