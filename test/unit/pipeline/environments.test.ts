import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { pipelineStacks, stacksOfEnvironment } from "../../../tools/pipeline/environments";
import { UserError } from "../../../tools/shared/errors";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "environments-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("an environment's stacks are those whose files name it", () => {
  expect(stacksOfEnvironment("stacks", "staging")).toEqual(["blog-staging", "shop-staging"]);
  expect(stacksOfEnvironment("stacks", "production")).toEqual(["blog-production", "shop-production"]);
});

test("sandboxes are not among the pipeline's stacks", () => {
  expect(pipelineStacks("stacks")).toEqual(["blog-production", "blog-staging", "shop-production", "shop-staging"]);
});

test.each([undefined, "", "stagin"])("the environment %j is refused, and the known ones are listed", (environment) => {
  expect(() => stacksOfEnvironment("stacks", environment)).toThrow(/the files in stacks\/ have: production, staging\./);
});

test("an environment may be set in a project's shared file", () => {
  const stacks = join(folder, "shared");
  mkdirSync(stacks);
  writeFileSync(join(stacks, "shop.yaml"), "config: { datadog-hosts:environment: production }");
  writeFileSync(join(stacks, "Pulumi.shop-eu.yaml"), "config: { datadog-hosts:project: shop }");
  const own = "config: { datadog-hosts:project: shop, datadog-hosts:environment: staging }";
  writeFileSync(join(stacks, "Pulumi.shop-test.yaml"), own);
  expect(stacksOfEnvironment(stacks, "production")).toEqual(["shop-eu"]);
  expect(stacksOfEnvironment(stacks, "staging")).toEqual(["shop-test"]);
});

test("a folder without stacks is an error: nothing was checked or deployed", () => {
  const stacks = join(folder, "none");
  mkdirSync(stacks);
  expect(() => pipelineStacks(stacks)).toThrow(UserError);
  expect(() => pipelineStacks(stacks)).toThrow(/^There are no stacks: /);
});

test("a stack file that is not valid YAML is named", () => {
  const stacks = join(folder, "broken");
  mkdirSync(stacks);
  writeFileSync(join(stacks, "Pulumi.shop-eu.yaml"), "config: [");
  const read = () => stacksOfEnvironment(stacks, "production");
  expect(read).toThrow(UserError);
  expect(read).toThrow(/Pulumi\.shop-eu\.yaml can't be read: .* Correct it, then run again\.$/);
});
