import { spawnSync } from "node:child_process";

import { describe, expect, test } from "vitest";

/** What `make` would run, or why it refuses. */
const dryRun = (...words: readonly string[]): { status: number | null; said: string } => {
  const { status, stdout, stderr } = spawnSync("make", ["-n", "-o", "node_modules/.package-lock.json", ...words], {
    encoding: "utf8",
  });
  return { status, said: stdout + stderr };
};

const flags = [
  ["status", "JSON", "--json"],
  ["status", "WATCH", "--watch"],
  ["drift", "JSON", "--json"],
  ["check", "JSON", "--json"],
  ["render", "JSON", "--json"],
] as const;

describe("a make variable that switches something on", () => {
  test.each(flags)("make %s %s=yes", (target, variable, flag) => {
    expect(dryRun(target, "STACK=shop", `${variable}=yes`).said).toContain(flag);
    expect(dryRun(target, "STACK=shop", `${variable}=`).said).not.toContain(flag);
  });

  test.each(flags)("is refused with any other value: make %s %s", (target, variable) => {
    for (const value of ["true", "1", "no", "yes please"]) {
      const { status, said } = dryRun(target, "STACK=shop", `${variable}=${value}`);
      expect(status).not.toBe(0);
      expect(said).toContain(`${variable}=${value} is not understood: write ${variable}=yes, or leave it out`);
    }
  });
});
