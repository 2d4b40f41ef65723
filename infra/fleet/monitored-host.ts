import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import {
  agentImage,
  agentSecretsFolder,
  applicationFoldersScript,
  bundledConfigsScript,
  createAgent,
  createSecrets,
} from "../agent";
import { createCompletion } from "./completion";
import { lookBeforeTouching } from "./connection-look";
import { createImage, type Placement } from "../container";
import { createFiles, dockerProviderArgs } from "../host";
import { createGenerator } from "../generator";
import { contentHash, HostPaths } from "../names";
import { allConfigFiles, generationOf } from "../generations";
import { selectIntegrations } from "../integrations";
import { createPreflight } from "./preflight";
import { canProve, proveChange } from "./proof";
import { checkConfig, firstConfigs, generatorConfigFiles, generatorTemplateFiles } from "../rendering";
import type { HostSettings } from "../settings";
import { inOneScript } from "../shell";

/** How a change goes to a host. */
export interface MonitoredHostOptions {
  /** What has to be done before the host is touched, such as the canary's completion. Default: nothing. */
  readonly after?: readonly pulumi.Resource[];
  /** Ends when the host's turn comes. Default: at once. */
  readonly turn?: Promise<void>;
  /** Whether the other hosts wait for this one. Default: no. */
  readonly isCanary?: boolean;
  /** How long it may take to prove that it collects as before, in seconds. Default: it need not. */
  readonly proofSeconds?: number | undefined;
}

/** One host under watch: its agent, its generator, and the files that both need. */
export class MonitoredHost extends pulumi.ComponentResource {
  /** Done once this host is as it should be: what the other hosts wait for, where this one is the canary. */
  readonly completion: pulumi.Resource;

  constructor(host: HostSettings, options: MonitoredHostOptions = {}) {
    const { after = [], turn = Promise.resolve(), isCanary = false, proofSeconds } = options;
    const aliases = host.formerNames.map((name) => ({ name }));
    const transformations = [
      ...(proofSeconds !== undefined && canProve() ? [proveChange(host, proofSeconds)] : []),
      // The last one puts its hook first.
      lookBeforeTouching(host),
    ];
    super("datadog-hosts:index:MonitoredHost", host.name, {}, { aliases, transformations });
    const integrations = selectIntegrations(host.integrations, host.agent.generation);
    const paths = new HostPaths(host.root);
    const first = firstConfigs(host, integrations);
    for (const [file, content] of Object.entries(first)) checkConfig(file, content, generationOf(host));
    const config = generatorConfigFiles(host, integrations);
    const templates = generatorTemplateFiles(host, integrations);
    const configFolder = paths.generatorConfig(contentHash(config));
    const templatesFolder = paths.generatorTemplates(contentHash(templates));
    const secretsFolder = agentSecretsFolder(host, paths);

    const preflight = createPreflight(host, turn, { parent: this, dependsOn: [...after] });
    const provider = new docker.Provider(`${host.name}-docker`, dockerProviderArgs(host), { parent: this });
    const placement = (...dependsOn: pulumi.Resource[]): Placement => ({ parent: this, provider, dependsOn });
    const images = providersImages(host, placement(preflight));

    const files = createFiles(
      host,
      {
        paths,
        folders: { [configFolder]: config, [templatesFolder]: templates },
        first,
        further: inOneScript(bundledConfigsScript(host, paths), applicationFoldersScript(host, paths)),
      },
      { parent: this, dependsOn: [preflight, ...images] },
    );
    const secrets = createSecrets(host, paths, { parent: this, dependsOn: [preflight] });

    const generatorArgs = { paths, configFolder, templatesFolder };
    // Where old containers step aside for the first of ours, nothing that both need may still be missing.
    const generator = createGenerator(host, generatorArgs, placement(files, ...(host.adopt ? [secrets] : [])));
    const agent = createAgent(
      host,
      { paths, integrations, secretsFolder },
      placement(files, secrets, ...(host.adopt ? [generator] : [])),
    );

    this.completion = createCompletion(
      host,
      {
        containers: { agent, generator },
        inUse: [configFolder, templatesFolder, secretsFolder],
        unlisted: unlistedConfigs(paths, first),
        isCanary,
      },
      { parent: this, dependsOn: [agent, generator] },
    );

    this.registerOutputs();
  }
}

/** The images that only the provider can pull, which has the credentials for registries; else the preflight pulls them. */
function providersImages(host: HostSettings, placement: Placement): docker.RemoteImage[] {
  if (host.registries.length === 0) return [];
  return [
    createImage("agent", host, agentImage(host), placement),
    createImage("generator", host, host.generator.image, placement),
  ];
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
