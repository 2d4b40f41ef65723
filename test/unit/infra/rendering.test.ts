import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { generationOf } from "../../../infra/generations";
import { integrationNames, selectIntegrations } from "../../../infra/integrations";
import { checkConfig } from "../../../infra/rendering/check-yaml";
import {
  firstConfigs,
  generatorConfigFiles,
  generatorTemplateFiles,
  type GeneratorSettings,
} from "../../../infra/rendering/generator-files";
import { render } from "../../../infra/rendering/mustache";

const host: GeneratorSettings = {
  project: "shop",
  environment: "staging",
  stackName: "shop-staging",
  passwordFiles: [],
  agentNetworks: ["bridge", "backend"],
  discovery: "none",
  agent: { generation: 7 },
  generator: { wait: { quiet: "500ms", longest: "2s" } },
};

const integrations = selectIntegrations(integrationNames);

const hosts = ([5, 7] as const).map((generation): GeneratorSettings => ({
  ...host,
  agent: { generation },
}));
const everyFirstConfig = hosts.flatMap((each) =>
  Object.entries(firstConfigs(each, integrations)).map(
    ([file, text]) => [each.agent.generation, file, text, generationOf(each)] as const,
  ),
);

test.each(everyFirstConfig)(
  "generation %s: the first config %s passes the agent's rules",
  (_, file, text, generation) => {
    expect(() => checkConfig(file, text, generation)).not.toThrow();
    expect(
      text
        .trimEnd()
        .split("\n")
        .filter((line) => line.trim() === ""),
    ).toEqual([]);
  },
);

test("first configs carry the tags of the stack", () => {
  const first = firstConfigs(host, integrations);
  expect(first["redisdb.d/redisdb.yaml"]).toContain("project:shop, environment:staging");
  expect(parse(first["docker.d/docker.yaml"] ?? "")).toMatchObject({ instances: [{ tags: ["stack:shop-staging"] }] });
});

test("the same settings give the same bytes, whatever the order of the integrations", () => {
  const reversed = selectIntegrations([...integrationNames].reverse());
  expect(generatorTemplateFiles(host, reversed)).toEqual(generatorTemplateFiles(host, integrations));
  expect(generatorConfigFiles(host, reversed)).toEqual(generatorConfigFiles(host, integrations));
});

test("no mustache tag is left in files for hosts", () => {
  const files = { ...generatorConfigFiles(host, integrations), ...generatorTemplateFiles(host, integrations) };
  for (const [name, text] of Object.entries(files)) expect(text, name).not.toMatch(/<%|%>/);
});

test("a template that uses an unknown name is an error that names both", () => {
  expect(() => render("generator/docker-gen.cfg", {})).toThrow(
    /templates\/generator\/docker-gen\.cfg uses "reloadSignal"/,
  );
});

describe("a rendered config is refused", () => {
  test.each([
    ["that is no YAML", "instances: [", /not valid YAML/],
    ["with a key twice", "a: 1\na: 2\nlogs: []\n", /not valid YAML/],
    ["that is a list", "- a\n", /not a mapping/],
    ["without init_config", "instances: [{}]\n", /no init_config/],
    ["with an empty list of instances", "init_config:\ninstances: []\n", /neither instances nor "logs: \[\]"/],
    ["without instances", "init_config:\n", /neither instances nor "logs: \[\]"/],
  ])("%s", (_, text, message) => {
    expect(() => checkConfig("redisdb.yaml", text, generationOf(host))).toThrow(message);
  });
});
