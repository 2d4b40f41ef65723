import { describe, expect, test } from "vitest";

import { stackNames } from "../../tools/deploy/stacks";
import { recordGraph, type GraphResource, type StackConfig } from "./graph";
import { readStackFile } from "./stack-file";

/** What a stack's file says of a host, as far as it may differ. */
interface StackHost {
  readonly name: string;
  readonly address: string;
  readonly hostKey: string;
}

/** The example projects that have both environments. */
const projects = stackNames("stacks")
  .map((name) => /^(?!sandbox-)(.+)-staging$/.exec(name)?.[1])
  .filter((project) => project !== undefined);

test("there are two projects with both environments", () => {
  for (const project of projects) expect(stackNames("stacks")).toContain(`${project}-production`);
  expect(projects.length).toBeGreaterThanOrEqual(2);
});

describe.each(projects)("staging and production of %s", (project) => {
  const staging = `${project}-staging`;
  const production = `${project}-production`;

  test("say the same but for environment, hosts and what one of the files adds", () => {
    const [one, other] = [staging, production].map((stack) => readStackFile(stack).config);
    const differing = Object.keys({ ...one, ...other }).filter(
      (key) => JSON.stringify(one?.[key]) !== JSON.stringify(other?.[key]),
    );
    expect(differing.filter((key) => !["environment", "hosts", "canary"].includes(key))).toEqual([]);
  });

  test("have the same resources for each host, made the same way", async () => {
    const [one, other] = [await hostShapes(readStackFile(staging)), await hostShapes(readStackFile(production))];
    const [shape] = one.values();
    expect(shape?.length).toBeGreaterThanOrEqual(8);
    for (const [host, itsShape] of [...one, ...other]) expect(itsShape, host).toEqual(shape);
  });

  test.each<[string, Record<string, unknown>]>([
    ["the agent's memory", { agent: { memoryMiB: 700 } }],
    ["the user", { user: "ops" }],
    ["a network", { networks: ["elsewhere"] }],
    ["the integrations", { integrations: ["docker"] }],
  ])("would not pass for the same with %s changed in one of them", async (_, change) => {
    const stack = readStackFile(production);
    const [shape] = (await hostShapes(readStackFile(staging))).values();
    const changed = await hostShapes({ ...stack, config: { ...stack.config, ...change } });
    for (const itsShape of changed.values()) expect(itsShape).not.toEqual(shape);
  });

  test("have a gate that the other hosts wait for exactly if there is a canary", async () => {
    for (const stack of [staging, production].map(readStackFile)) {
      const graph = await recordGraph(stack);
      const canary = stack.config["canary"] as string | undefined;
      const nameOf = (urn = ""): string => urn.split("::").pop() ?? "";
      const gates = graph.filter(({ inputs }) => /^gate /m.test((inputs as { stdin?: string }).stdin ?? ""));
      expect(gates.map(({ urn }) => nameOf(urn))).toEqual(canary === undefined ? [] : [`${canary}-cleanup`]);
      const hosts = (stack.config["hosts"] as StackHost[]).map(({ name }) => name).filter((name) => name !== canary);
      for (const host of hosts) {
        const preflight = graph.find(({ urn }) => nameOf(urn) === `${host}-preflight`);
        expect(preflight?.dependsOn).toEqual(gates.map(({ urn }) => urn));
      }
    }
  });
});

/**
 * The resources of each host as they are without a canary, with its own name, address and key, the stack's name and tags,
 * and all hashes taken out.
 */
async function hostShapes(stack: StackConfig): Promise<Map<string, GraphResource[]>> {
  const config = Object.entries(stack.config).filter(([key]) => key !== "canary");
  const graph = await recordGraph({ ...stack, config: Object.fromEntries(config) });
  const hosts = stack.config["hosts"] as StackHost[];
  return new Map(
    hosts.map((host) => {
      const own = graph.filter(({ urn }) => new RegExp(`::${host.name}(-[a-z-]+)?$`).test(urn));
      const shapes = own.map((resource) => neutral(JSON.stringify(resource), host, stack));
      return [host.name, shapes.map((text) => JSON.parse(text) as GraphResource)];
    }),
  );
}

function neutral(text: string, { name, address, hostKey }: StackHost, { stack, config }: StackConfig): string {
  return (
    text
      .replaceAll(hostKey, "HOST-KEY")
      .replaceAll(address, "ADDRESS")
      // Before the stack's name, which may be the start of the host's.
      .replaceAll(name, "HOST")
      .replaceAll(stack, "STACK")
      .replace(new RegExp(`\\b${String(config["environment"])}\\b`, "g"), "ENVIRONMENT")
      // Folders are named by the hash of what is in them, tags included, and list their files with theirs.
      .replace(/[0-9a-f]{64}|\b(?=[a-f]*\d)[0-9a-f]{8}(?:[0-9a-f]{4})?\b/g, "HASH")
  );
}
