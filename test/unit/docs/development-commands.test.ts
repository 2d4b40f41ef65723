import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

const make = (target: string, environment: NodeJS.ProcessEnv = {}): Promise<RunResult> =>
  run("make", ["--no-print-directory", "--old-file=node_modules/.package-lock.json", target], {
    cwd: clone,
    check: false,
    env: { ...process.env, MAKEFLAGS: "", MAKELEVEL: "", ...environment },
  });

/** An environment in which programs are replaced by lines of shell. */
function replaced(programs: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const folder = join(clone, "replaced");
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  return { PATH: `${folder}:${process.env["PATH"] ?? ""}` };
}

test("make versions lists what is used and what is newer, or why that is not known", async () => {
  const silent = join(clone, "silent.cjs");
  writeFileSync(silent, 'globalThis.fetch = () => Promise.reject(new TypeError("there is no network"));\n');
  const { status, stdout, stderr } = await make("versions", {
    ...replaced({
      npm: `echo '{"@pulumi/pulumi":{"current":"3.259.0","latest":"3.999.0"}}'; exit 1`,
      go: "echo github.com/nginx-proxy/docker-gen 0.0.1",
    }),
    NODE_OPTIONS: `--require ${silent}`,
  });
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(/^what +used +newest$/m);
  expect(stdout).toMatch(/^Pulumi: program, language host, SDK +\S+ +3\.999\.0 \(newer\)$/m);
  expect(stdout).toMatch(/^docker-gen +\S+ +0\.0\.1$/m);
  expect(stdout).toMatch(/^agent of generation 7 \(image\) +\S+ +not known: registry \S+ does not answer/m);
});

test("make clean removes nothing while test hosts use it", async () => {
  const docker = replaced({
    docker: 'case $1 in ps) echo a-test-host ;; *) echo 26.1.5 ;; esac; echo "$*" >>docker.log',
  });
  const { status, stderr } = await make("clean", { ...docker, XDG_CACHE_HOME: join(clone, "cache") });
  expect(status).not.toBe(0);
  expect(stderr).toMatch(/^The caches are in use by a-test-host\. Remove the sandbox first/m);
  expect(readFileSync(join(clone, "docker.log"), "utf8")).not.toMatch(/ rm /);
});

test("make docs writes the generated pages", async () => {
  for (const page of ["docs/settings.md", "docs/status.schema.json"]) {
    rmSync(join(clone, page));
    const { status, stderr } = await make("docs");
    expect(status, stderr).toBe(0);
    expect(readFileSync(join(clone, page), "utf8")).toBe(readFileSync(page, "utf8"));
  }
});

test("make golden renews the graphs", async () => {
  const npx = replaced({ npx: 'echo "$RENEW_GOLDEN_GRAPHS $*"' });
  expect((await make("golden", npx)).stdout).toBe("yes vitest run --project golden\n");
});

test("make test-times says if no tests have run, and else shows the times", async () => {
  expect((await make("test-times")).stderr).toMatch(/^No tests have run in this clone yet: run `make test` first\.$/m);
  mkdirSync(join(clone, ".results"), { recursive: true });
  writeFileSync(
    join(clone, ".results", "times.jsonl"),
    '{"file":"test/unit/some.test.ts","seconds":61.2,"own":2.5,"programs":1.5}\n',
  );
  expect((await make("test-times")).stdout).toMatch(/test\/unit\/some\.test\.ts/);
});

test("make profile refuses a number of hosts that is none", async () => {
  expect((await make("profile", { HOSTS: "many" })).stderr).toMatch(/^HOSTS is 'many'\. Set it to a number of hosts/m);
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
    mkdirSync(join(clone, ".results"), { recursive: true });
    cpSync("docs/picture/bench.json", join(clone, ".results", "bench.json"));
    const compared = await make("bench-compare");
    expect(compared.status, compared.stderr).toBe(0);
    expect(compared.stdout).not.toContain("NaN");
    expect(compared.stdout).toMatch(/^ +this program, first, hosts 1.* before, .* now/m);
  },
);
