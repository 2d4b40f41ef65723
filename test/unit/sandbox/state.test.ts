import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { removeStateLeftovers } from "../../../tools/sandbox/state";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "state-"));
  lay(".gitignore", ".pulumi/meta.yaml", ".pulumi/meta.yaml.attrs");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function lay(...files: string[]): void {
  for (const file of files) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), "");
  }
}

/** What a stack leaves in Pulumi's folder. */
const leftovers = (stack: string): string[] => [
  `.pulumi/stacks/datadog-hosts/${stack}.json.bak`,
  `.pulumi/stacks/datadog-hosts/${stack}.json.bak.attrs`,
  `.pulumi/backups/datadog-hosts/${stack}/${stack}.1.json`,
  `.pulumi/history/datadog-hosts/${stack}/${stack}-1.history.json`,
  `.pulumi/locks/organization/datadog-hosts/${stack}/1.json`,
];

const filesBelow = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

test("removing the last stack removes everything that Pulumi created", async () => {
  lay(...leftovers("sandbox-staging"));
  await removeStateLeftovers(folder, "sandbox-staging");
  expect(readdirSync(folder)).toEqual([".gitignore"]);
});

test("other stacks keep their files, even if their names begin with the removed one's", async () => {
  const others = [...leftovers("sandbox-staging-2"), ...leftovers("shop")];
  lay(...leftovers("sandbox-staging"), ...others, ".pulumi/stacks/other-project/sandbox-staging.json");
  await removeStateLeftovers(folder, "sandbox-staging");
  expect(filesBelow(folder)).toEqual(
    [
      ".gitignore",
      ".pulumi/meta.yaml",
      ".pulumi/meta.yaml.attrs",
      ".pulumi/stacks/other-project/sandbox-staging.json",
      ...others,
    ].sort(),
  );
});

test("without a state there is nothing to do", async () => {
  const nowhere = join(folder, "nowhere");
  await removeStateLeftovers(nowhere, "sandbox-staging");
  expect(existsSync(nowhere)).toBe(false);
});
