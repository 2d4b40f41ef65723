import { parse } from "yaml";

import { integrationNames, selectIntegrations, type GenerationNumber, type Integration } from "../../infra/integrations";
import {
  generatorConfigFiles,
  generatorPaths,
  generatorTemplateFiles,
  type GeneratorSettings,
} from "../../infra/rendering/generator-files";
import { example } from "./own-example";
import { runGenerator, type GeneratorRun } from "./harness";

/** The order of configs with one instance each: by the container that their first line names. */
function byContainer(one: string, other: string): number {
  const nameOf = (text: string): string => /container "([^"]*)"/.exec(text)?.[1] ?? "";
  return nameOf(one) < nameOf(other) ? -1 : 1;
}

/** What a stack decides about its configs; the rest is filled in. */
export interface TemplateSettings {
  readonly project?: string;
  readonly environment?: string;
  readonly networks?: readonly string[];
  readonly generation?: GenerationNumber;
  readonly agentNetwork?: "bridge" | "host";
  /** Default: none. */
  readonly discovery?: GeneratorSettings["discovery"];
  readonly passwordFiles?: GeneratorSettings["passwordFiles"];
  readonly logs?: GeneratorSettings["logs"];
  /** Whether status pages are rendered too. Default: yes. */
  readonly statusPages?: boolean;
  /** The integrations. Default: all that the generation has, and the example of one's own. */
  readonly rendered?: readonly Integration[];
  /** Contents of the password files, by name. */
  readonly passwords?: Readonly<Record<string, string>>;
}

/** One entry of a config's `instances`. */
export type Instance = Record<string, unknown>;

/** What the agent would find. */
export interface Configs {
  /** The published configs' texts, by path below the folder of configs. */
  readonly files: Record<string, string>;
  /** The published status pages, by container and file: `web/nginx.conf`. */
  readonly statusPages: Record<string, string>;
  /** The instances of one check, by the names of their containers; undefined where there is no file. */
  readonly instances: (check: string) => Instance[] | undefined;
  /** Whom the publishing script tells of late publications: a signal and a container; undefined where nobody is told. */
  readonly reader: string | undefined;
  readonly log: string;
}

/**
 * All integrations that a generation has, those in `stacks/integrations` and the example of one's own among them: what holds
 * for the others holds for these.
 */
export function integrationsOf(generation: GenerationNumber): Integration[] {
  const there = selectIntegrations(integrationNames, generation);
  const isThere = there.some(({ check }) => check[generation] === example.check[generation]);
  return isThere ? there : [...there, example];
}

function withoutStatusPage(integration: Integration): Integration {
  return Object.fromEntries(Object.entries(integration).filter(([key]) => key !== "statusPage")) as unknown as Integration;
}

/** A host's settings, as far as the generator's files depend on them. */
export function stack(settings: TemplateSettings = {}): GeneratorSettings {
  const { project = "shop", environment = "staging", networks = [], generation = 7, agentNetwork = "bridge" } = settings;
  const { passwordFiles = [], discovery = "none", logs } = settings;
  return {
    project,
    environment,
    agentNetworks: agentNetwork === "host" ? ["*"] : ["bridge", ...networks],
    stackName: "shop-staging",
    passwordFiles,
    discovery,
    ...(logs && { logs }),
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
  const integrations = settings?.rendered ?? integrationsOf(host.agent.generation);
  const rendered = settings?.statusPages === false ? integrations.map(withoutStatusPage) : integrations;
  const { config, templates, drafts, generated, passwords } = generatorPaths;
  const below = (folder: string, files: Record<string, string>): GeneratorRun["files"] =>
    Object.fromEntries(
      Object.entries(files).map(([name, text]) => [
        `${folder}/${name}`.slice(1),
        (root: string) =>
          [config, templates, drafts, generated, passwords].reduce((moved, place) => moved.replaceAll(place, root + place), text),
      ]),
    );
  const result = await runGenerator({
    files: {
      ...below(config, generatorConfigFiles(host, rendered)),
      ...below(templates, generatorTemplateFiles(host, rendered)),
      ...below(passwords, settings?.passwords ?? {}),
    },
    folders: [drafts.slice(1), generated.slice(1)],
    configs: [generatorPaths.configFile.slice(1)],
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
      const texts = Object.entries(files).flatMap(([file, text]) =>
        file === `${check}.yaml` || file.startsWith(`${check}.d/`) ? [text] : [],
      );
      if (texts.length === 0) return undefined;
      return texts.sort(byContainer).flatMap((text) => (parse(text) as { instances?: Instance[] }).instances ?? []);
    },
  };
}
