import { parse } from "yaml";

import type { GenerationNumber } from "../../../infra/integrations";
import type { CheckOptions, Options, OptionType } from "./check-options";
import { generation5 } from "./generation-5";
import { generation7 } from "./generation-7";

/** The check of the example of one's own. */
const queueLength: CheckOptions = {
  source: "docs/own-integrations.md",
  instance: { host: "string", port: "integer", queue: "string", timeout: "number", tags: "strings" },
  required: ["host", "port"],
  initConfig: {},
};

/** What the vendor publishes of each check's config: names and types of options, by generation and check. */
export const publishedOptions: Readonly<Record<GenerationNumber, Readonly<Record<string, CheckOptions>>>> = {
  5: { ...generation5, queue_length: queueLength },
  7: { ...generation7, queue_length: queueLength },
};

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isOf: Readonly<Record<OptionType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  integer: Number.isInteger,
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  strings: (value) => Array.isArray(value) && value.every((item) => typeof item === "string"),
  mapping: isMapping,
  list: Array.isArray,
};

/** What is wrong with one part of a config: names that nobody published, values of another type. */
function problemsOfPart(where: string, part: Readonly<Record<string, unknown>>, published: Options): string[] {
  return Object.entries(part).flatMap(([name, value]) => {
    const type = published[name];
    if (type === undefined) return [`${where}.${name}: there is no such option`];
    return isOf[type](value) ? [] : [`${where}.${name}: ${JSON.stringify(value)} is no ${type}`];
  });
}

/**
 * What the vendor's published options have against a check's whole config; nothing if it is as they say.
 * @throws Error where the text is no YAML
 */
export function problemsOfConfig(text: string, published: CheckOptions, generation: GenerationNumber): string[] {
  const config: unknown = parse(text);
  if (!isMapping(config)) return ["the file is no mapping"];
  // Generation 5 knows of checks alone.
  const parts = generation === 7 ? ["init_config", "instances", "logs"] : ["init_config", "instances"];
  const unknown = Object.keys(config).filter((name) => !parts.includes(name));
  // The agent takes nothing at all for no options.
  const initConfig = config["init_config"] ?? {};
  const instances = config["instances"] ?? [];
  if (!isMapping(initConfig)) return ["init_config is no mapping"];
  if (!Array.isArray(instances) || !instances.every(isMapping)) return ["instances is no list of mappings"];
  return [
    ...unknown.map((name) => `${name}: there is no such part`),
    ...problemsOfPart("init_config", initConfig, published.initConfig),
    ...instances.flatMap((instance, index) => {
      const missing = published.required.filter((name) => instance[name] === undefined);
      const where = `instances[${index}]`;
      return [
        ...missing.map((name) => `${where}.${name} is missing`),
        ...problemsOfPart(where, instance, published.instance),
      ];
    }),
  ];
}
