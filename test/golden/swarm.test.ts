import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { swarmConfig } from "../unit/infra/fixtures";
import { recordGraph, type GraphResource } from "./graph";

const stack = { stack: "store-staging", config: { ...swarmConfig, networks: ["backend"] } };
const file = join(__dirname, "graphs", "swarm.json");

const named = (graph: readonly GraphResource[], name: string): GraphResource | undefined =>
  graph.find(({ urn }) => urn.endsWith(`::${name}`));

describe("a stack with a Swarm", () => {
  test("has the resources of its golden graph", async () => {
    const graph = `${JSON.stringify(await recordGraph(stack), null, 2)}\n`;
    if (process.env["RENEW_GOLDEN_GRAPHS"] === "yes") writeFileSync(file, graph);
    expect(existsSync(file), `${file} is missing: renew the golden graphs with \`make golden\``).toBe(true);
    expect(graph, "renew the golden graphs with `make golden` and read their diff").toBe(readFileSync(file, "utf8"));
  });

  test("has secrets in none of its services", async () => {
    const graph = await recordGraph({ ...stack, marksSecrets: true });
    const services = ["swarm-agent", "swarm-generator"].map((name) => named(graph, name));
    for (const service of services) {
      expect(service).toBeDefined();
      expect(JSON.stringify(service?.inputs)).not.toContain("[secret]");
    }
    expect(JSON.stringify(graph)).not.toContain(swarmConfig.apiKey);
    expect(JSON.stringify(graph)).not.toContain(Buffer.from(`${swarmConfig.apiKey}\n`).toString("base64"));
  });

  test("mounts the secrets that users have made for passwords, in the generator alone, once there are any", async () => {
    const passwords = [{ name: "cart", secret: "cart-2", services: ["cart"], network: "backend" }];
    const graph = await recordGraph({
      ...stack,
      config: { ...stack.config, swarm: { ...swarmConfig.swarm, passwords } },
    });
    const [generator, agent] = ["swarm-generator", "swarm-agent"].map((name) =>
      JSON.stringify(named(graph, name)?.inputs),
    );
    expect(generator).toContain('"fileName":"/run/datadog-passwords/cart"');
    expect(generator).toContain('"secretName":"cart-2"');
    expect(agent).not.toContain("cart-2");
    expect(named(await recordGraph(stack), "swarm-password-secrets")).toBeUndefined();
  });

  test("keeps its networks when the stack is renamed: services of users are on them", async () => {
    const config = { ...stack.config, swarm: { ...swarmConfig.swarm, networks: ["watched"] } };
    const made = named(await recordGraph({ ...stack, config }), "swarm-network-watched");
    expect(made?.options["ignoreChanges"]).toEqual(["labels"]);
  });

  test("replaces the API key's secret by one with another name when the key changes", async () => {
    const names = await Promise.all([swarmConfig.apiKey, swarmConfig.apiKey.replaceAll("0", "1")].map(secretName));
    expect(new Set(names).size).toBe(2);
  });
});

async function secretName(apiKey: string): Promise<unknown> {
  const graph = await recordGraph({ ...stack, config: { ...stack.config, apiKey } });
  return (named(graph, "swarm-api-key")?.inputs as { name?: unknown }).name;
}
