import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { apiKeyFile, createAgent } from "./agent";
import type { Placement } from "./container";
import { dockerProviderArgs } from "./connection";
import { createGeneratedFolder } from "./generated-folder";
import { createGenerator } from "./generator";
import { hostFolder } from "./host-folder";
import { contentHash, HostPaths, keyFingerprint } from "./host-paths";
import { selectIntegrations } from "./integrations";
import { createPreflight } from "./preflight";
import { checkConfig } from "./rendering/check-yaml";
import { firstConfigs, generatorConfigFiles, generatorTemplateFiles } from "./rendering/generator-files";
import type { HostSettings } from "./settings/hosts";

/** One host under watch: its agent, its generator, and the files that both need. */
export class MonitoredHost extends pulumi.ComponentResource {
  constructor(host: HostSettings, options?: pulumi.ComponentResourceOptions) {
    super("datadog-hosts:index:MonitoredHost", host.name, {}, options);
    const integrations = selectIntegrations(host.integrations);
    const paths = new HostPaths(host.root);
    const first = firstConfigs(host, integrations);
    for (const [file, content] of Object.entries(first)) checkConfig(file, content);

    const preflight = createPreflight(host, { parent: this });
    const afterPreflight = { parent: this, dependsOn: [preflight] };

    const generated = createGeneratedFolder(host, { paths, first }, afterPreflight);
    const folder = (role: string, files: Record<string, string>, path: (hash: string) => string) => {
      const made = path(contentHash(files));
      return { path: made, resource: hostFolder(`${host.name}-${role}`, host, { path: made, files }, afterPreflight) };
    };
    const config = folder("generator-config", generatorConfigFiles(host, integrations), (hash) =>
      paths.generatorConfig(hash),
    );
    const templates = folder("generator-templates", generatorTemplateFiles(host, integrations), (hash) =>
      paths.generatorTemplates(hash),
    );
    const apiKeyFolder = pulumi.unsecret(host.apiKey.apply((key) => paths.apiKey(keyFingerprint(key))));
    const apiKey = hostFolder(
      `${host.name}-api-key`,
      host,
      { path: apiKeyFolder, files: host.apiKey.apply((key) => ({ [apiKeyFile]: key })) },
      afterPreflight,
    );

    const provider = new docker.Provider(`${host.name}-docker`, dockerProviderArgs(host), { parent: this });
    const placement = (...files: pulumi.Resource[]): Placement => ({ parent: this, provider, preflight, files });
    createAgent(host, { paths, integrations, apiKeyFolder }, placement(generated, apiKey));
    createGenerator(
      host,
      { paths, configFolder: config.path, templatesFolder: templates.path },
      placement(generated, config.resource, templates.resource),
    );

    this.registerOutputs();
  }
}
