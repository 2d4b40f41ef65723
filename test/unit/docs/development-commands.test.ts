import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { run, type RunResult } from "../../../tools/shared/run";
import { cloneRepository } from "../../e2e/support/clone";

/** What `make bench-plots` writes, from the kept measurement. */
const written = [
  "README.md",
  "docs/performance.md",
  ...["deploy", "reaction"].flatMap((plot) => ["light", "dark"].map((theme) => `docs/picture/${plot}-${theme}.svg`)),
];

let clone = "";
beforeAll(() => {
  clone = cloneRepository();
  for (const file of ["README.md", "docs", ".dependency-cruiser.cjs", ".prettierrc.json"]) {
    cpSync(file, join(clone, file), { recursive: true, preserveTimestamps: true });
  }
});
afterAll(() => rmSync(clone, { recursive: true }));

const make = (target: string): Promise<RunResult> =>
  run("make", ["--no-print-directory", "--old-file=node_modules/.package-lock.json", target], {
    cwd: clone,
    check: false,
    env: { ...process.env, MAKEFLAGS: "", MAKELEVEL: "" },
  });

test("make imports prints a graph of the folders", { timeout: 60_000 }, async () => {
  const { status, stdout, stderr } = await make("imports");
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(/^flowchart LR\n[\s\S]*subgraph \d+\["infra"\][\s\S]*-->/);
});

test(
  "make bench-plots writes what the pages have, and make bench-compare compares with it",
  { timeout: 60_000 },
  async () => {
    for (const picture of written.slice(2)) rmSync(join(clone, picture));
    const { status, stderr } = await make("bench-plots");
    expect(status, stderr).toBe(0);
    for (const file of written) expect(readFileSync(join(clone, file), "utf8"), file).toBe(readFileSync(file, "utf8"));

    const missing = await make("bench-compare");
    expect(missing.status).not.toBe(0);
    expect(missing.stderr).toMatch(/There are no results in \S+bench\.json\. Make them: make bench$/m);
    mkdirSync(join(clone, ".results"));
    cpSync("docs/picture/bench.json", join(clone, ".results", "bench.json"));
    const compared = await make("bench-compare");
    expect(compared.status, compared.stderr).toBe(0);
    expect(compared.stdout).not.toContain("NaN");
    expect(compared.stdout).toMatch(/^ +this program, first, hosts 1.* before, .* now/m);
  },
);
