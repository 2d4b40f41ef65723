import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { createAgent } from "./agent";
import { createApiKey } from "./api-key";
import { createCleanup } from "./cleanup";
import type { Placement } from "./container";
import { dockerProviderArgs } from "./connection";
import { createFiles } from "./files";
import { createGenerator } from "./generator";
import { contentHash, HostPaths, keyFingerprint } from "./host-paths";
import { allConfigFiles } from "./generations";
import { selectIntegrations } from "./integrations";
import { createPreflight } from "./preflight";
import { checkConfig } from "./rendering/check-yaml";
import { firstConfigs, generatorConfigFiles, generatorTemplateFiles } from "./rendering/generator-files";
import type { HostSettings } from "./settings/hosts";

/** One host under watch: its agent, its generator, and the files that both need. */
export class MonitoredHost extends pulumi.ComponentResource {
  constructor(host: HostSettings, options?: pulumi.ComponentResourceOptions) {
    const aliases = host.formerNames.map((name) => ({ name }));
    super("datadog-hosts:index:MonitoredHost", host.name, {}, { ...options, aliases });
    const integrations = selectIntegrations(host.integrations);
    const paths = new HostPaths(host.root);
    const first = firstConfigs(host, integrations);
    for (const [file, content] of Object.entries(first)) checkConfig(file, content);
    const config = generatorConfigFiles(host, integrations);
    const templates = generatorTemplateFiles(host, integrations);
    const configFolder = paths.generatorConfig(contentHash(config));
    const templatesFolder = paths.generatorTemplates(contentHash(templates));
    const apiKeyFolder = pulumi.unsecret(host.apiKey.apply((key) => paths.apiKey(keyFingerprint(key))));

    const preflight = createPreflight(host, { parent: this });
    const files = createFiles(
      host,
      { paths, folders: { [configFolder]: config, [templatesFolder]: templates }, first },
      { parent: this, dependsOn: [preflight] },
    );
    const apiKey = createApiKey(host, paths, { parent: this, dependsOn: [preflight] });

    const provider = new docker.Provider(`${host.name}-docker`, dockerProviderArgs(host), { parent: this });
    const placement = (...before: pulumi.Resource[]): Placement => ({
      parent: this,
      provider,
      preflight,
      files: before,
    });
    const agent = createAgent(host, { paths, integrations, apiKeyFolder }, placement(files, apiKey));
    const generator = createGenerator(host, { paths, configFolder, templatesFolder }, placement(files));

    createCleanup(
      host,
      { inUse: [configFolder, templatesFolder, apiKeyFolder], unlisted: unlistedConfigs(paths, first) },
      { parent: this, dependsOn: [agent, generator] },
    );

    this.registerOutputs();
  }
}

/** Where configs of other integrations, or of the other generation of the agent, may lie from earlier settings. */
function unlistedConfigs(paths: HostPaths, first: Readonly<Record<string, string>>): string[] {
  const listed = new Set(Object.keys(first).map(topFolder));
  const possible = allConfigFiles().map(topFolder);
  return [...new Set(possible)].filter((name) => !listed.has(name)).map((name) => `${paths.configs}/${name}`);
}

function topFolder(file: string): string {
  return file.split("/")[0] ?? file;
}
