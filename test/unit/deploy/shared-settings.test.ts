import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { describeSharedSettings } from "../../../tools/deploy/shared-settings";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "shared-settings-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const shared = "config:\n  datadog-hosts:networks: [shop]\n  datadog-hosts:agent: { memoryMiB: 384 }\n";

test.each<[string, string, string | undefined, RegExp | undefined]>([
  ["takes what it does not set", "", shared, /shop\.yaml applies to all stacks .*: networks, agent\.$/],
  ["overrides a list as a whole", "  datadog-hosts:networks: []\n", shared, /takes from it: agent\.$/],
  ["merges a mapping", "  datadog-hosts:agent: { generation: 5 }\n", shared, /: networks, agent\.$/],
  ["unsets a shared setting", "  datadog-hosts:networks: null\n", shared, /takes from it: agent\.$/],
  ["has no shared file", "", undefined, undefined],
  ["has an empty shared file", "", "config:\n", undefined],
  ["has a shared file that is not valid", "", "config: [", undefined],
])("a stack that %s", (_, more, sharedText, expected) => {
  writeFileSync(join(folder, "Pulumi.shop-test.yaml"), `config:\n  datadog-hosts:project: shop\n${more}`);
  const file = join(folder, "shop.yaml");
  rmSync(file, { force: true });
  if (sharedText !== undefined) writeFileSync(file, sharedText);
  const line = describeSharedSettings(folder, "shop-test");
  if (expected === undefined) expect(line).toBeUndefined();
  else expect(line).toMatch(expected);
});

test.each(["shop-staging", "shop-production", "blog-staging", "blog-production"])(
  "the example %s shares nothing that changes what another stack of the project collects",
  (stack) => {
    expect(describeSharedSettings("stacks", stack)).toMatch(/takes from it: tags\.$/);
  },
);
