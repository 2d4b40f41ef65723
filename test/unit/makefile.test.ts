import { execFileSync } from "node:child_process";

import { existsSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

/** What a target would run, one argument a line, without its program; nothing is installed first. */
function argumentsOf(target: string, variables: Readonly<Record<string, string>>): string[] {
  const values = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const options = ["--no-print-directory", "--old-file=node_modules/.package-lock.json", "RUN=printf '%s\\n'"];
  const environment = { ...process.env, MAKEFLAGS: "", MAKELEVEL: "" };
  const output = execFileSync("make", [...options, target, ...values], { encoding: "utf8", env: environment });
  return output.split("\n").slice(0, -1);
}

test.each(['x"; echo injected; "', "`echo injected`", "a b", "it's", "\\", "*", "--", "-f", ""])(
  "the value %j reaches a program as it is",
  (value) => {
    expect(argumentsOf("up", { STACK: value })).toEqual(["tools/deploy/main.ts", "up", value]);
    expect(argumentsOf("check", { STACK: "s", HOST: value, CONTAINER: value })).toEqual([
      "tools/check/main.ts",
      "s",
      "--host",
      value,
      "--container",
      value,
    ]);
    // A value with a dash would be an option of its own, were it an argument of its own.
    expect(argumentsOf("init", { HOSTS: value })).toContain(`--hosts=${value}`);
  },
);

test("a variable that is not set is empty", () => {
  expect(argumentsOf("forget", { STACK: "s" })).toEqual(["tools/deploy/forget.ts", "s", process.env["HOST"] ?? ""]);
});

test("every target runs a program that is there", () => {
  const targets = [...readFileSync("Makefile", "utf8").matchAll(/^([a-z-]+\d?[a-z-]*):/gm)].map(
    ([, target = ""]) => target,
  );
  const environment = { ...process.env, MAKEFLAGS: "", MAKELEVEL: "" };
  const options = ["--dry-run", "--no-print-directory", "--old-file=node_modules/.package-lock.json"];
  const recipes = execFileSync("make", [...options, ...targets], { encoding: "utf8", env: environment });
  const programs = [...recipes.matchAll(/\b(?:tools|test)\/[\w/.-]+\.(?:ts|sh|cjs)\b/g)].map(([program]) => program);
  expect(programs.length).toBeGreaterThan(targets.length);
  expect([...new Set(programs)].filter((program) => !existsSync(program))).toEqual([]);
});
