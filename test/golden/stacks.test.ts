import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { stackNames } from "../../tools/deploy/stacks";
import { recordGraph } from "./graph";
import { readStackFile } from "./stack-file";

const stacks = stackNames("stacks").filter((name) => !name.startsWith("sandbox-"));

test.each(stacks)("the resources of stack %s are those of its golden graph", async (stack) => {
  const graph = `${JSON.stringify(await recordGraph(readStackFile(stack)), null, 2)}\n`;
  const file = join(__dirname, "graphs", `${stack}.json`);
  if (process.env["RENEW_GOLDEN_GRAPHS"] === "yes") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, graph);
  }
  expect(existsSync(file), `${file} is missing: renew the golden graphs with \`make golden\``).toBe(true);
  expect(graph, "renew the golden graphs with `make golden` and read their diff").toBe(readFileSync(file, "utf8"));
});

test("the same settings give the same graph twice", async () => {
  const config = readStackFile("shop-production");
  expect(await recordGraph(config)).toEqual(await recordGraph(config));
});
