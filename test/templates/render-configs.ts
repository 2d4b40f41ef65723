import { parse } from "yaml";

import { integrationNames, selectIntegrations } from "../../infra/integrations";
import { generatorConfigFiles, generatorPlaces, generatorTemplateFiles } from "../../infra/rendering/generator-files";
import { runGenerator, type GeneratorRun } from "./harness";

/** What a stack decides about its configs; the rest is filled in. */
export interface TemplateSettings {
  readonly project?: string;
  readonly environment?: string;
  readonly networks?: readonly string[];
}

/** One entry of a config's `instances`. */
export type Instance = Record<string, unknown>;

/** What the agent would find. */
export interface Configs {
  /** The published files' texts, by path below the folder of generated files. */
  readonly files: Record<string, string>;
  /** The instances of one check; undefined where there is no file. */
  readonly instances: (check: string) => Instance[] | undefined;
  readonly log: string;
}

export const integrations = selectIntegrations(integrationNames);

export const stack = ({ project = "shop", environment = "staging", networks = [] }: TemplateSettings = {}) =>
  ({
    project,
    environment,
    networks,
    stackName: "shop-staging",
    generator: { wait: { quiet: "500ms", longest: "2s" } },
  }) as unknown as Parameters<typeof generatorConfigFiles>[0] & Parameters<typeof generatorTemplateFiles>[0];

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
  const prefix = `${generated}/`.slice(1);
  const files = Object.fromEntries(
    Object.entries(result.files)
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, text]) => [path.slice(prefix.length), text]),
  );
  return {
    files,
    log: result.log,
    instances: (check) => {
      const text = files[`${check}.d/${check}.yaml`];
      return text === undefined ? undefined : ((parse(text) as { instances?: Instance[] }).instances ?? []);
    },
  };
}
