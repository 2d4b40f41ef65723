import { rmSync } from "node:fs";

import { afterAll, describe, expect, test, vi } from "vitest";

import { integrationNames } from "../../../infra/integrations";
import { ownFolder } from "../../../infra/integrations/own-folder";
import { recognise } from "../../../tools/containers/recognise";
import { serviceByName, serviceOfCheck } from "../../../tools/containers/services";
import { recordGraph } from "../../golden/graph";
import * as ownFiles from "../../templates/own-files";
import { smallestConfig, swarmConfig } from "../infra/fixtures";

vi.mock("../../../infra/integrations/own-folder", async () => {
  const { exampleFiles: files, makeFolder } = await vi.importActual<typeof ownFiles>("../../templates/own-files");
  const entries = Object.entries(files()).map(([file, text]) => [`queue/${file}`, text]);
  return { ownFolder: makeFolder(Object.fromEntries(entries) as Record<string, string>) };
});

afterAll(() => rmSync(ownFolder, { recursive: true }));

/** The inputs of one of the host's resources, for a stack with these integrations. */
async function inputsOf(resource: string, settings: Record<string, unknown>) {
  const graph = await recordGraph({ stack: "s", config: { ...smallestConfig, ...settings } });
  const found = graph.find(({ urn }) => urn.endsWith(`::web-1-${resource}`))?.inputs;
  return found as { create: string; stdin: string; mounts: { source: string; target: string }[]; envs: string[] };
}

describe("with a folder of its own, the program", () => {
  test("has the integration, and one more only", () => {
    expect(integrationNames).toContain("queue");
  });

  test.each([7, 5] as const)(
    "lays the check down and mounts it for generation %i, by its content",
    async (generation) => {
      const settings = { integrations: ["queue"], agent: { generation } };
      const { mounts } = await inputsOf("agent", settings);
      const mounted = mounts.find(({ target }) => target === "/checks.d");
      expect(mounted?.source).toMatch(/^\/home\/core\/datadog\/templates\/datadog-gen\/[0-9a-f]{12}$/);
      const { stdin, create } = await inputsOf("files", settings);
      const script = `${stdin}${create}`;
      expect(script).toContain(mounted?.source);
      expect(script).toContain("class QueueLength(AgentCheck)");
      expect(script).toContain("own-queue.tmpl");
      expect(script).toContain("queue_length");
    },
  );

  test("gives the agents of a Swarm's nodes the check as a config", async () => {
    const config = (integrations: readonly string[]) => ({ ...swarmConfig, integrations });
    const listed = await recordGraph({ stack: "s", config: config(["queue"]) });
    const text = JSON.stringify(listed.find(({ urn }) => urn.endsWith("::swarm-check-queue_length.py"))?.inputs);
    expect(text).toContain("class QueueLength(AgentCheck)");
    const agent = listed.find(({ urn }) => urn.endsWith("::swarm-agent"))?.inputs;
    expect(JSON.stringify(agent)).toContain(`"fileName":"/checks.d/queue_length.py"`);
    const others = await recordGraph({ stack: "s", config: config(["redisdb"]) });
    expect(others.map(({ urn }) => urn).join()).not.toContain("swarm-check");
  });

  test("mounts nothing for a stack that does not list it", async () => {
    const { mounts } = await inputsOf("agent", { integrations: ["redisdb"] });
    expect(mounts.map(({ target }) => target)).not.toContain("/checks.d");
  });

  test("refuses a mount of the stack's at the same place", async () => {
    const mounts = [{ source: "/srv/checks", target: "/checks.d" }];
    await expect(recordGraph({ stack: "s", config: { ...smallestConfig, agent: { mounts } } })).rejects.toThrow(
      "/checks.d meets /checks.d, where the program mounts something itself",
    );
  });

  test("recognises its containers, asked or by their image", () => {
    const container = {
      image: "example/queue:1",
      command: [],
      labels: new Map<string, string>(),
      variables: new Set<string>(),
      ports: [],
      service: "",
    };
    expect(recognise(container)).toEqual([
      { integration: "queue", service: "queue", requested: false, by: "image queue" },
    ]);
    expect(recognise({ ...container, service: "job-queue" })).toMatchObject([
      { integration: "queue", requested: true },
    ]);
    expect(serviceByName("queue")).toBe(serviceOfCheck("queue_length"));
  });
});
