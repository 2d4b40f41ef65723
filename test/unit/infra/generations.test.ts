import { expect, test } from "vitest";

import { generationOf } from "../../../infra/generations";
import type { GenerationNumber } from "../../../infra/integrations";
import { integrationNames, selectIntegrations } from "../../../infra/integrations";
import { readSettings } from "../../../infra/settings/read";
import { useStack } from "../../golden/graph";
import { smallestConfig } from "./fixtures";

/** The environment of a host's agent with some settings. */
function environmentOf(generation: GenerationNumber, settings: Record<string, unknown> = {}): Record<string, string> {
  const config = { ...smallestConfig, agent: { generation }, ...settings };
  useStack({ stack: "shop-staging", config });
  const [host] = readSettings().hosts;
  if (host === undefined) throw new Error("no host");
  return generationOf(host).environment(host, selectIntegrations(integrationNames));
}

const proxy = { https: "http://proxy.example:3128", noProxy: ["10.0.0.1", ".internal"] };

test("generation 7 is told of a proxy in whole addresses", () => {
  expect(environmentOf(7, { proxy })).toMatchObject({
    DD_PROXY_HTTPS: "http://proxy.example:3128",
    DD_PROXY_NO_PROXY: "10.0.0.1 .internal",
  });
});

test("generation 5 is told of a proxy in parts", () => {
  expect(environmentOf(5, { proxy })).toMatchObject({
    PROXY_HOST: "proxy.example",
    PROXY_PORT: "3128",
    NO_PROXY: "10.0.0.1,.internal",
  });
});

test.each([5, 7] as const)("generation %i hears nothing of a proxy where there is none", (generation) => {
  expect(Object.keys(environmentOf(generation)).filter((name) => name.includes("PROXY"))).toEqual([]);
});

test("generation 5 collects a container's tags from labels called like the tags too, which it can't rename", () => {
  expect(environmentOf(5)["DD_COLLECT_LABELS_AS_TAGS"]).toBe(
    "datadog-hosts.project,datadog-hosts.environment,project,environment",
  );
});
