import { expect, test } from "vitest";

import { pipelineStacks, stacksOfEnvironment } from "../../../tools/pipeline/environments";

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
