import type * as pulumi from "@pulumi/pulumi";

import { agentEnvironment, agentImage, agentTmpfs } from "../agent";
import { readOnlyMount } from "../container";
import { applicationPaths, collectsLogs, generationOf, hasSockets } from "../generations";
import { generatorArguments, generatorCapabilities, generatorHealthCheck } from "../generator";
import { pythonChecks, type Integration } from "../integrations";
import { engineSocket, logConfigsFolder } from "../names";
import { generatorConfigFiles, generatorPaths, generatorTemplateFiles } from "../rendering";
import type { HostSettings, SwarmSettings } from "../settings";
import { agentVolumes, configVolume } from "./names";
import { createAgentSecrets, createFileConfig, createFilesConfig } from "./objects";
import { findPasswordSecrets } from "./passwords";
import type { SwarmPlacement } from "./placement";
import { createService, type DeployedService, tmpfsMount, volumeMount } from "./service";

/**
 * The agent of every node.
 * @param found ids of its networks, and the tags that the nodes have from their labels.
 */
export function createAgentService(
  swarm: SwarmSettings,
  integrations: readonly Integration[],
  { networks, nodeTags }: { networks: pulumi.Input<string[]>; nodeTags: pulumi.Output<string> | undefined },
  placement: SwarmPlacement,
): DeployedService {
  const { node } = swarm;
  const generation = generationOf(node);
  const variables = { ...agentEnvironment(node, integrations), ...originVariables(node) };
  return createService(
    "agent",
    swarm,
    {
      settings: { ...node.agent, image: agentImage(node) },
      environment:
        nodeTags === undefined
          ? variables
          : nodeTags.apply((tags) => ({ ...variables, DD_TAGS: `${variables["DD_TAGS"] ?? ""}${tags}` })),
      mounts: [
        readOnlyMount(engineSocket.hostFolder, engineSocket.folder),
        readOnlyMount("/proc", "/host/proc"),
        readOnlyMount("/sys/fs/cgroup", "/host/sys/fs/cgroup"),
        ...generation
          .configMounts(integrations)
          .map(({ folder, target }) => volumeMount(configVolume(folder), target, { readOnly: true })),
        ...applicationMounts(node),
        ...Object.keys(agentTmpfs(node)).map((folder) => tmpfsMount(folder, { sizeMiB: 1, mode: 0o755 })),
      ],
      healthCheck: generation.healthCheck,
      secrets: createAgentSecrets(swarm, placement),
      // The image copies what lies there at each start.
      configs: Object.entries(pythonChecks(integrations)).map(([file, text]) =>
        createFileConfig(swarm, { resource: `swarm-check-${file}`, text, target: `/checks.d/${file}` }, placement),
      ),
      networks,
      specific: { hostname: node.name },
    },
    placement,
  );
}

/** What the agent needs for logs, and for the metrics and traces of applications: volumes that each node has for itself. */
function applicationMounts(node: HostSettings): ReturnType<typeof volumeMount>[] {
  const { sockets, logPositions } = agentVolumes;
  const logConfigs = `/etc/datadog-agent/conf.d/${logConfigsFolder}`;
  return [
    ...(collectsLogs(node)
      ? [
          volumeMount(configVolume(logConfigsFolder), logConfigs, { readOnly: true }),
          volumeMount(logPositions, applicationPaths.logPositions, { readOnly: false }),
        ]
      : []),
    ...(hasSockets(node) ? [volumeMount(sockets, applicationPaths.sockets, { readOnly: false })] : []),
  ];
}

/** A task sees no process of other containers, so the agent knows a sender by what its client says, not by its process. */
function originVariables({ dogstatsd }: HostSettings): Record<string, string> {
  if (!dogstatsd.socket) return {};
  return { DD_DOGSTATSD_ORIGIN_DETECTION: "false", DD_DOGSTATSD_ORIGIN_DETECTION_CLIENT: "true" };
}

/** Where the scripts lie that lay down the generator's files. */
const scriptsFolder = "/etc/docker-gen/scripts";

/** Lays down the files in memory, then becomes docker-gen. */
const start = `for script in ${scriptsFolder}/*; do sh "$script" || exit; done; exec docker-gen "$@"`;

/** The generator of every node. */
export function createGeneratorService(
  swarm: SwarmSettings,
  integrations: readonly Integration[],
  placement: SwarmPlacement,
): DeployedService {
  const { node } = swarm;
  const files = {
    config: generatorConfigFiles(node, integrations),
    templates: generatorTemplateFiles(node, integrations),
  };
  const configs = (["config", "templates"] as const).map((part) =>
    createFilesConfig(
      swarm,
      { part, folder: generatorPaths[part], files: files[part], target: `${scriptsFolder}/${part}.sh` },
      placement,
    ),
  );
  return createService(
    "generator",
    swarm,
    {
      settings: node.generator,
      environment: { DOCKER_HOST: engineSocket.url },
      mounts: [
        readOnlyMount(engineSocket.hostFolder, engineSocket.folder),
        ...[generatorPaths.config, generatorPaths.templates, generatorPaths.generated].map((folder) =>
          tmpfsMount(folder, { sizeMiB: 4, mode: 0o755 }),
        ),
        tmpfsMount(generatorPaths.drafts, { sizeMiB: 16, mode: 0o700 }),
        ...[
          ...generationOf(node)
            .configMounts(integrations)
            .map(({ folder }) => folder),
          ...(collectsLogs(node) ? [logConfigsFolder] : []),
        ].map((folder) =>
          volumeMount(configVolume(folder), `${generatorPaths.generated}/datadog/${folder}`, { readOnly: false }),
        ),
      ],
      healthCheck: generatorHealthCheck,
      secrets: findPasswordSecrets(swarm, placement),
      configs,
      networks: [],
      specific: {
        commands: ["sh", "-c", start, "docker-gen"],
        args: generatorArguments(),
        readOnly: true,
        capDrops: ["ALL"],
        capAdds: [...generatorCapabilities],
      },
    },
    placement,
  );
}
