import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { wantsProof } from "../../../tools/rollout/settings";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wants-proof-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const own = (rest: string): void =>
  writeFileSync(join(folder, "Pulumi.shop-staging.yaml"), `config:\n  datadog-hosts:project: shop\n${rest}`);

test.each([
  ["", false],
  ["  datadog-hosts:rollout: { batch: 2 }\n", false],
  ["  datadog-hosts:rollout: { proof: 60s }\n", true],
  ["  datadog-hosts:rollout:\n    proof: 60s\n", true],
  ["  datadog-hosts:rollout: [\n", false],
])("a stack's file that says %j: %s", (text, expected) => {
  own(text);
  expect(wantsProof(folder, "shop-staging")).toBe(expected);
});

test("the project's shared file counts, too", () => {
  own("");
  writeFileSync(join(folder, "shop.yaml"), "config:\n  datadog-hosts:rollout: { proof: 2m }\n");
  expect(wantsProof(folder, "shop-staging")).toBe(true);
});
