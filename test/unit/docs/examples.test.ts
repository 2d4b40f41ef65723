import { expect, test } from "vitest";

import { renderingOf } from "../../../tools/render/stack";
import { statusSchema } from "../../../tools/status/schema";
import { blocksOf } from "./pages";

/** The example of JSON on a page. */
function exampleOn(page: string): unknown {
  const [block, ...others] = blocksOf(page).filter(({ language }) => language === "json");
  expect(others).toEqual([]);
  return JSON.parse(block?.text ?? "");
}

test("the JSON of make status is as its page shows it", () => {
  const example = exampleOn("docs/status.md");
  // What the schema does not know is left out.
  expect(statusSchema.parse(example)).toEqual(example);
});

test("the JSON of make render is as its page shows it", () => {
  const path = `redisdb.d/4c01db0b339c${"0".repeat(52)}.yaml`;
  const config = (environment: string, more: string): string =>
    [
      '# The redisdb check of the container "cart-redis". Generated; changes by hand are lost.',
      "instances:",
      "  - host: 172.18.0.5",
      "    port: 6379",
      more,
      `    tags: ["project:shop", "environment:${environment}"]`,
      "",
    ].join("\n");
  const rendering = renderingOf(
    { host: "web-1", containers: [{ name: "datadog-gen", fate: "restarts" }] },
    {
      before: new Map([[path, config("test", "    password: one")]]),
      draft: new Map([[path, config("staging", '    db: 3\n    password: "another"')]]),
      names: new Map(),
      remarks: [],
    },
  );
  expect({ stack: "shop-staging", exitCode: 0, hosts: [rendering] }).toEqual(exampleOn("docs/render.md"));
});
