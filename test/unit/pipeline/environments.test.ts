import { expect, test } from "vitest";

import { pipelineStacks, stacksOfEnvironment } from "../../../tools/pipeline/environments";

test("an environment's stacks are those whose files say so", () => {
  expect(stacksOfEnvironment("stacks", "staging")).toEqual(["blog-staging", "shop-staging"]);
  expect(stacksOfEnvironment("stacks", "production")).toEqual(["blog-production", "shop-production"]);
});

test("sandboxes are none of the pipeline's", () => {
  expect(pipelineStacks("stacks")).toEqual(["blog-production", "blog-staging", "shop-production", "shop-staging"]);
});

test.each([undefined, "", "stagin"])("the environment %j is refused, with those that there are", (environment) => {
  expect(() => stacksOfEnvironment("stacks", environment)).toThrow(/the files in stacks\/ have: production, staging\./);
});
