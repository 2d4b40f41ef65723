import { filterFiles } from "../filter";
import { generationOf } from "../generations";
import { pythonChecks, type Integration } from "../integrations";
import { contentHash, type HostPaths } from "../names";
import { checkConfig, firstConfigs, generatorConfigFiles, generatorTemplateFiles } from "../rendering";
import type { HostSettings } from "../settings";

/** What a host's files contain. Each folder is named by its content, so other content is another folder. */
export interface RenderedFiles {
  /** The first configs, for the time before the generator's first run. */
  readonly first: Readonly<Record<string, string>>;
  /** The files of each folder, by their names. */
  readonly folders: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly configFolder: string;
  readonly templatesFolder: string;
  /** The folder with the socket filter's rules. Undefined: the host has no filter. */
  readonly rulesFolder: string | undefined;
}

/**
 * Renders the files of a host.
 * @throws Error if a first config is not one that the agent would read.
 */
export function renderFiles(host: HostSettings, paths: HostPaths, integrations: readonly Integration[]): RenderedFiles {
  const first = firstConfigs(host, integrations);
  for (const [file, content] of Object.entries(first)) checkConfig(file, content, generationOf(host));
  const config = generatorConfigFiles(host, integrations);
  const templates = generatorTemplateFiles(host, integrations);
  const configFolder = paths.generatorConfig(contentHash(config));
  const templatesFolder = paths.generatorTemplates(contentHash(templates));
  const checks = pythonChecks(integrations);
  const rules = filterFiles(host);
  const ofFilter = rules === undefined ? {} : { [paths.filterConfig(contentHash(rules))]: rules };
  return {
    first,
    folders: {
      [configFolder]: config,
      [templatesFolder]: templates,
      ...(Object.keys(checks).length > 0 && { [paths.pythonChecks(contentHash(checks))]: checks }),
      ...ofFilter,
    },
    configFolder,
    templatesFolder,
    rulesFolder: Object.keys(ofFilter)[0],
  };
}
