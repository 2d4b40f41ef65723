import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { agentImage, agentSecretsFolder, createAgent, createBundledConfigs, createSecrets } from "../agent";
import { createCanaryGate } from "./canary-gate";
import { createCleanup } from "./cleanup";
import { lookBeforeTouching } from "./connection-look";
import { createImage, createTakeover, type Placement } from "../container";
import { createFiles, dockerProviderArgs } from "../host";
import { createGenerator } from "../generator";
import { contentHash, HostPaths } from "../names";
import { allConfigFiles, generationOf } from "../generations";
import { selectIntegrations } from "../integrations";
import { createPreflight } from "./preflight";
import { checkConfig, firstConfigs, generatorConfigFiles, generatorTemplateFiles } from "../rendering";
import type { HostSettings } from "../settings";

/** One host under watch: its agent, its generator, and the files that both need. */
export class MonitoredHost extends pulumi.ComponentResource {
  /** What other hosts wait for, where this one is the canary. */
  readonly gate: pulumi.Resource | undefined;

  /**
   * @param options what has to be done before this host is touched, such as the canary's gate, and whether it is the
   * canary itself. Default: nothing, and no.
   */
  constructor(
    host: HostSettings,
    { after = [], isCanary = false }: { readonly after?: readonly pulumi.Resource[]; readonly isCanary?: boolean } = {},
  ) {
    const aliases = host.formerNames.map((name) => ({ name }));
    super("datadog-hosts:index:MonitoredHost", host.name, {}, { aliases, transformations: [lookBeforeTouching(host)] });
    const integrations = selectIntegrations(host.integrations);
    const paths = new HostPaths(host.root);
    const first = firstConfigs(host, integrations);
    for (const [file, content] of Object.entries(first)) checkConfig(file, content, generationOf(host));
    const config = generatorConfigFiles(host, integrations);
    const templates = generatorTemplateFiles(host, integrations);
    const configFolder = paths.generatorConfig(contentHash(config));
    const templatesFolder = paths.generatorTemplates(contentHash(templates));
    const secretsFolder = agentSecretsFolder(host, paths);

    const preflight = createPreflight(host, { parent: this, dependsOn: [...after] });
    const files = createFiles(
      host,
      { paths, folders: { [configFolder]: config, [templatesFolder]: templates }, first },
      { parent: this, dependsOn: [preflight] },
    );
    const secrets = createSecrets(host, paths, { parent: this, dependsOn: [preflight] });

    const provider = new docker.Provider(`${host.name}-docker`, dockerProviderArgs(host), { parent: this });
    const placement = (...dependsOn: pulumi.Resource[]): Placement => ({ parent: this, provider, dependsOn });
    const image = agentImage(host);
    const images = {
      agent: createImage("agent", host, image, placement(preflight)),
      generator: createImage("generator", host, host.generator.image, placement(preflight)),
    };
    const bundled = createBundledConfigs(host, { paths, image }, { parent: this, dependsOn: [images.agent, files] });

    const forAgent = [images.agent, files, secrets, ...(bundled ? [bundled] : [])];
    const forGenerator = [images.generator, files];
    const generatorArgs = { paths, configFolder, templatesFolder };
    // Where old containers step aside for the first of ours, nothing that both need may still be missing.
    const generator = createGenerator(host, generatorArgs, placement(...forGenerator, ...(host.adopt ? forAgent : [])));
    const agent = createAgent(
      host,
      { paths, integrations, secretsFolder },
      placement(...forAgent, ...(host.adopt ? [generator] : [])),
    );
    // What a failed takeover has stopped runs again only with the next one, and is looked at no sooner.
    const takeover = host.adopt
      ? [createTakeover(host, { agent, generator }, { parent: this, dependsOn: [agent, generator] })]
      : [];

    const ids = [agent.id, generator.id];
    const made = [agent, generator, ...takeover];
    this.gate = isCanary ? createCanaryGate(host, ids, { parent: this, dependsOn: made }) : undefined;

    createCleanup(
      host,
      {
        containers: ids,
        inUse: [configFolder, templatesFolder, secretsFolder],
        unlisted: unlistedConfigs(paths, first),
      },
      { parent: this, dependsOn: this.gate === undefined ? made : [...made, this.gate] },
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
