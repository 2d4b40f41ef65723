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
import type { LeftConfigs } from "./cleanup";
import { checkConnectionFirst } from "./connection-check";
import { createImage, type Placement } from "../container";
import { createFilter, filterFolderScript } from "../filter";
import { createFiles, dockerProviderArgs, folderReplacementOptions } from "../host";
import { createGenerator } from "../generator";
import { HostPaths } from "../names";
import { allConfigFiles } from "../generations";
import { selectIntegrations } from "../integrations";
import { createPreflight } from "./preflight";
import { canProve, proveChange } from "./proof";
import { renderFiles } from "./rendered-files";
import type { HostSettings } from "../settings";
import { inOneScript } from "../shell";

/** Options of {@link MonitoredHost}: when the host changes, and what it has to prove. */
export interface MonitoredHostOptions {
  /** Resources that must be complete before the host changes, such as the canary's completion. Default: none. */
  readonly after?: readonly pulumi.Resource[];
  /** Resolves when the host may change. Default: at once. */
  readonly turn?: Promise<void>;
  /** Whether the other hosts wait for this one. Default: no. */
  readonly isCanary?: boolean;
  /** Time limit for the proof that it still collects as before, in seconds. Default: no proof. */
  readonly proofSeconds?: number | undefined;
}

/** A monitored host: its agent, its generator, and the files that both need. */
export class MonitoredHost extends pulumi.ComponentResource {
  /** The host's last resource. If this host is the canary, the other hosts wait for it. */
  readonly completion: pulumi.Resource;

  constructor(host: HostSettings, options: MonitoredHostOptions = {}) {
    const { after = [], turn = Promise.resolve(), isCanary = false, proofSeconds } = options;
    const aliases = host.formerNames.map((name) => ({ name }));
    const transformations = [
      ...(proofSeconds !== undefined && canProve() ? [proveChange(host, proofSeconds)] : []),
      // The hook of the last transformation runs first.
      checkConnectionFirst(host),
    ];
    super("datadog-hosts:index:MonitoredHost", host.name, {}, { aliases, transformations });
    const integrations = selectIntegrations(host.integrations, host.agent.generation);
    const paths = new HostPaths(host.root);
    const { first, folders, configFolder, templatesFolder, rulesFolder } = renderFiles(host, paths, integrations);
    const secretsFolder = agentSecretsFolder(host, paths);

    const preflight = createPreflight(host, turn, { parent: this, dependsOn: [...after] });
    const provider = new docker.Provider(`${host.name}-docker`, dockerProviderArgs(host), { parent: this });
    const placement = (...dependsOn: pulumi.Resource[]): Placement => ({ parent: this, provider, dependsOn });
    const images = providersImages(host, placement(preflight));
    const replacement = folderReplacementOptions(host, [paths.generatorConfigs, paths.secrets]);

    const files = createFiles(
      host,
      {
        paths,
        folders,
        first,
        further: inOneScript(
          bundledConfigsScript(host, paths),
          applicationFoldersScript(host, paths),
          filterFolderScript(host),
        ),
      },
      { parent: this, dependsOn: [preflight, ...images], ...replacement },
    );
    const secrets = createSecrets(host, paths, { parent: this, dependsOn: [preflight], ...replacement });

    const filter = rulesFolder === undefined ? undefined : createFilter(host, rulesFolder, placement(files));
    const filters = filter === undefined ? [] : [filter];

    const generatorArgs = { paths, configFolder, templatesFolder };
    // In a takeover, creating the generator stops the old agent too, so everything that the new agent needs must exist
    // already.
    const generator = createGenerator(
      host,
      generatorArgs,
      placement(files, ...filters, ...(host.adopt ? [secrets] : [])),
    );
    const agent = createAgent(
      host,
      { paths, integrations, secretsFolder },
      placement(files, secrets, ...filters, ...(host.adopt ? [generator] : [])),
    );

    this.completion = createCompletion(
      host,
      {
        containers: { agent, generator, filter },
        inUse: [...new Set([configFolder, templatesFolder, secretsFolder, ...Object.keys(folders)])],
        configs: leftConfigs(paths, first),
        isCanary,
      },
      { parent: this, dependsOn: [agent, generator, ...filters] },
    );

    this.registerOutputs();
  }
}

/**
 * The image resources, if there are registries with credentials: only the provider has these. Otherwise the preflight pulls
 * the images.
 */
function providersImages(host: HostSettings, placement: Placement): docker.RemoteImage[] {
  if (host.registries.length === 0) return [];
  return [
    createImage("agent", host, agentImage(host), placement),
    createImage("generator", host, host.generator.image, placement),
    ...(host.socketFilter === undefined ? [] : [createImage("filter", host, host.socketFilter.image, placement)]),
  ];
}

/** The configs of a host: earlier settings may have left some of other integrations or of the agent's other generation. */
function leftConfigs(paths: HostPaths, first: Readonly<Record<string, string>>): LeftConfigs {
  const listed = [...new Set(Object.keys(first).map(topFolder))];
  const possible = [...new Set(allConfigFiles().map(topFolder))];
  const unlisted = possible.filter((name) => !listed.includes(name)).map((name) => `${paths.configs}/${name}`);
  return { folder: paths.configs, listed, unlisted };
}

function topFolder(file: string): string {
  return file.split("/")[0] ?? file;
}
