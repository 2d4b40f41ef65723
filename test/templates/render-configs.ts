import { parse } from "yaml";

import { integrationNames, selectIntegrations, type GenerationNumber } from "../../infra/integrations";
import {
  generatorConfigFiles,
  generatorPlaces,
  generatorTemplateFiles,
  type GeneratorSettings,
} from "../../infra/rendering/generator-files";
import { runGenerator, type GeneratorRun } from "./harness";

/** What a stack decides about its configs; the rest is filled in. */
export interface TemplateSettings {
  readonly project?: string;
  readonly environment?: string;
  readonly networks?: readonly string[];
  readonly generation?: GenerationNumber;
  readonly agentNetwork?: "bridge" | "host";
}

/** One entry of a config's `instances`. */
export type Instance = Record<string, unknown>;

/** What the agent would find. */
export interface Configs {
  /** The published configs' texts, by path below the folder of configs. */
  readonly files: Record<string, string>;
  /** The published status pages, by container and file: `web/nginx.conf`. */
  readonly statusPages: Record<string, string>;
  /** The instances of one check; undefined where there is no file. */
  readonly instances: (check: string) => Instance[] | undefined;
  /** Whom the publishing script tells of late publications: a signal and a container; undefined where nobody is told. */
  readonly reader: string | undefined;
  readonly log: string;
}

export const integrations = selectIntegrations(integrationNames);

/** A host's settings, as far as the generator's files depend on them. */
export function stack(settings: TemplateSettings = {}): GeneratorSettings {
  const { project = "shop", environment = "staging", networks = [], generation = 7, agentNetwork = "bridge" } = settings;
  return {
    project,
    environment,
    agentNetworks: agentNetwork === "host" ? ["*"] : ["bridge", ...networks],
    stackName: "shop-staging",
    agent: { generation },
    generator: { wait: { quiet: "500ms", longest: "2s" } },
  };
}

/**
 * Runs the product's own templates, configuration and publishing script under the generator.
 * @throws Error where the generator failed: no container may bring that about.
 */
export async function renderConfigs(
  containers: GeneratorRun["containers"],
  settings?: TemplateSettings,
): Promise<Configs> {
  const host = stack(settings);
  const { config, templates, drafts, generated } = generatorPlaces;
  const below = (folder: string, files: Record<string, string>): GeneratorRun["files"] =>
    Object.fromEntries(
      Object.entries(files).map(([name, text]) => [
        `${folder}/${name}`.slice(1),
        (root: string) =>
          [config, templates, drafts, generated].reduce((moved, place) => moved.replaceAll(place, root + place), text),
      ]),
    );
  const result = await runGenerator({
    files: {
      ...below(config, generatorConfigFiles(host, integrations)),
      ...below(templates, generatorTemplateFiles(host, integrations)),
    },
    folders: [drafts.slice(1), generated.slice(1)],
    configs: [generatorPlaces.configFile.slice(1)],
    env: { PATH: process.env["PATH"] ?? "" },
    containers,
  });
  if (result.exitCode !== 0) throw new Error(`the generator ended with ${String(result.exitCode)}:\n${result.log}`);
  const published = (service: string): Record<string, string> => {
    const prefix = `${generated}/${service}/`.slice(1);
    const inside = Object.entries(result.files).filter(([path]) => path.startsWith(prefix));
    return Object.fromEntries(inside.map(([path, text]) => [path.slice(prefix.length), text]));
  };
  const files = published("datadog");
  return {
    files,
    statusPages: { ...published("nginx"), ...published("apache") },
    reader: result.files[`${drafts}/reader`.slice(1)],
    log: result.log,
    instances: (check) => {
      const text = files[`${check}.d/${check}.yaml`] ?? files[`${check}.yaml`];
      return text === undefined ? undefined : ((parse(text) as { instances?: Instance[] }).instances ?? []);
    },
  };
}
