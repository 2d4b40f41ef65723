import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";
import { parse } from "yaml";

const folder = ".github/workflows";

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

test.each(readdirSync(folder))("%s pins its actions, and each job runs one existing make target", (file) => {
  const text = readFileSync(join(folder, file), "utf8");
  const { jobs, permissions } = parse(text) as Workflow;
  const makefile = readFileSync("Makefile", "utf8");
  for (const line of text.match(/^.*uses:.*$/gm) ?? []) expect(line).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  expect(permissions).toEqual({ contents: "read" });
  for (const { steps } of Object.values(jobs)) {
    const commands = steps.flatMap((step) => (step.run === undefined ? [] : [step.run]));
    expect(commands).toHaveLength(1);
    expect(makefile).toContain(`\n${/^make ([a-z-]+)( [A-Z]+=[a-z]+)?$/.exec(commands[0] ?? "")?.[1] ?? "?"}: `);
  }
});
