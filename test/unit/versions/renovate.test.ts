import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { versions } from "../../../tools/toolchain/parts";

interface Rules {
  readonly customManagers: readonly {
    readonly managerFilePatterns: readonly string[];
    readonly matchStrings: readonly string[];
  }[];
}

const { customManagers } = JSON.parse(readFileSync(".github/renovate.json", "utf8")) as Rules;
const files = execFileSync("git", ["ls-files", "infra", "tools"], { encoding: "utf8" }).trim().split("\n");

test.each(customManagers.map(({ managerFilePatterns, matchStrings }) => [managerFilePatterns, matchStrings]))(
  "Renovate finds versions in the files %j",
  (patterns, matches) => {
    const inFiles = files.filter((file) => patterns.some((pattern) => new RegExp(pattern.slice(1, -1)).test(file)));
    const texts = inFiles.map((file) => readFileSync(file, "utf8"));
    for (const match of matches) expect(texts.some((text) => new RegExp(match).test(text))).toBe(true);
  },
);

test("Renovate finds each version that the toolchain gets, once", () => {
  const text = readFileSync("tools/toolchain/parts.ts", "utf8");
  const found = customManagers
    .flatMap(({ matchStrings }) => matchStrings)
    .flatMap((match) => [...text.matchAll(new RegExp(match, "g"))].map(({ groups }) => groups?.["currentValue"]));
  expect(found.sort()).toEqual(Object.values(versions).sort());
});
