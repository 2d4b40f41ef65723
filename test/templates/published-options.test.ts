import { describe, expect, test } from "vitest";

import type { GenerationNumber } from "../../infra/integrations";
import { firstConfigs } from "../../infra/rendering/generator-files";
import { containerFixture, readRecording, type EngineAnswers } from "./harness";
import { problemsOfConfig, publishedOptions } from "./published-options";
import { integrationsOf, renderConfigs, stack } from "./render-configs";
import { servicesOf } from "./services";

const generations: readonly GenerationNumber[] = [5, 7];
const recordings = ["debian-12-engine-20.10", "debian-13-engine-26.1"] as const;
const services = servicesOf(7).map(({ name }) => name);

/** Each word that a container can say, in forms that a template could take for another type than text. */
const words: Record<string, string>[] = [
  {},
  { CONNECTION: "0,1234", CONNECTION_TLS: "true", POSTGRES_DB: "1", STATUS_VERIFY_TLS: "false", STATUS_SCHEME: "https", STATUS_PATH: "/1" },
  { CONNECTION: "true,null", POSTGRES_DB: "null", DATADOG_TAGS: "1,true,null,a:1", PROJECT: "1", ENVIRONMENT: "true" },
  { CONNECTION: "07", VIRTPORT: "7000", METRICS: "1,true,null,:" },
  { CONNECTION_USERNAME: "true", SERVER_NAME: "1", STATUS_SCHEME: "https", METRICS: "a_total,1" },
];

/** One container for each service and way of speaking. */
const talkative = services.flatMap((service, first) =>
  words.map((env, second) =>
    containerFixture({
      name: `${service}-${second}`,
      env: { ...env, SERVICE: service },
      exposedPorts: [7000],
      networks: { bridge: { ip: `172.17.${first + 1}.${second + 2}` } },
    }),
  ),
);

/** A recording whose containers ask for every integration. */
function asking(recording: EngineAnswers): EngineAnswers {
  const containers = recording.containers.map(({ summary, inspect }) => {
    const config = (inspect?.["Config"] ?? {}) as { Env?: string[] };
    const others = (config.Env ?? []).filter((entry) => !entry.startsWith("SERVICE="));
    const asks = { ...config, Env: [...others, `SERVICE=${services.join(",")}`] };
    return { summary, inspect: inspect && { ...inspect, Config: asks } };
  });
  return { ...recording, containers };
}

/** The check that a file is for: `redisdb.d/ID.yaml`, or `redisdb.yaml`. */
function checkOf(file: string): string {
  return file.replace(/\.d\/.*|\.yaml$/, "");
}

/** The published options of the check that a file is for. */
function optionsOf(file: string, generation: GenerationNumber) {
  const check = checkOf(file);
  const published = publishedOptions[generation][check];
  if (published === undefined) throw new Error(`nothing is known of what the vendor publishes for ${check}`);
  return published;
}

function expectAsPublished(files: Readonly<Record<string, string>>, generation: GenerationNumber): void {
  const checks = Object.keys(files).map(checkOf);
  expect(new Set(checks).size).toBe(integrationsOf(generation).length);
  // Nobody publishes options for the checks in `stacks/integrations`.
  const unpublished = integrationsOf(generation)
    .filter(({ own, check }) => own !== undefined && publishedOptions[generation][check[generation]] === undefined)
    .map(({ check }) => check[generation]);
  for (const [file, text] of Object.entries(files)) {
    if (unpublished.includes(checkOf(file))) continue;
    expect(problemsOfConfig(text, optionsOf(file, generation), generation), `${file}:\n${text}`).toEqual([]);
  }
}

describe.each(generations)("with generation %s the options are those that the vendor publishes", (generation) => {
  test("in the first configs", () => {
    expectAsPublished(firstConfigs(stack({ generation }), integrationsOf(generation)), generation);
  });

  test.each(recordings)("for the containers of %s, whatever they ask for", async (recording) => {
    const containers = asking(readRecording(recording));
    const networks = ["specimen-apps", "specimen-internal", "specimen-dual"];
    const { files, instances } = await renderConfigs(containers, { generation, networks });
    expect(instances("redisdb")?.length).toBeGreaterThan(3);
    expectAsPublished(files, generation);
  });

  test("for containers that say all there is to say", async () => {
    const { files, instances } = await renderConfigs(talkative, { generation });
    for (const { check } of servicesOf(generation)) {
      expect(instances(check)).toHaveLength(words.length);
    }
    expectAsPublished(files, generation);
  });
});

describe("a config that is not as published", () => {
  test.each<[string, string, string]>([
    ["an option of the other generation", "host: a\n    port: 1\n    username: b", "instances[0].username: there is no such option"],
    ["a number for a text", "host: 1\n    port: 1", "instances[0].host: 1 is no string"],
    ["a text for a number", 'host: a\n    port: "1"', 'instances[0].port: "1" is no integer'],
    ["a tag that is no text", "host: a\n    port: 1\n    tags: [1]", "instances[0].tags: [1] is no strings"],
    ["no port", "host: a", "instances[0].port is missing"],
  ])("has %s named", (_, instance, problem) => {
    const text = `init_config:\ninstances:\n  - ${instance}\n`;
    expect(problemsOfConfig(text, optionsOf("redisdb.yaml", 5), 5)).toEqual([problem]);
  });
});
