import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

import { engineMountOf, readOnlyMount } from "../container";
import { applicationPaths, collectsLogs, generationOf, hasSockets, secretsFolder } from "../generations";
import { pythonChecks, selectIntegrations } from "../integrations";
import { contentHash, type HostPaths, logConfigsFolder } from "../names";
import type { HostSettings } from "../settings";

/** The agent's mounts of folders that every host has, without the engine's socket. */
export const agentHostFolders = [
  { type: "bind", source: "/proc", target: "/host/proc", readOnly: true },
  { type: "bind", source: "/sys/fs/cgroup", target: "/host/sys/fs/cgroup", readOnly: true },
] as const;

/**
 * The agent's mounts, without those in the settings.
 * @param secrets the folder on the host with the API key and the further secrets.
 */
export function agentMounts(
  host: HostSettings,
  paths: HostPaths,
  secrets: pulumi.Input<string>,
): (docker.types.input.ContainerMount & { readonly target: string })[] {
  const generation = generationOf(host);
  const checks = pythonChecks(selectIntegrations(host.integrations, host.agent.generation));
  return [
    engineMountOf(host),
    ...agentHostFolders,
    readOnlyMount(secrets, secretsFolder),
    readOnlyMount(paths.ownChecks, "/conf.d"),
    // The image of both generations copies what lies there at each start.
    ...(Object.keys(checks).length > 0 ? [readOnlyMount(paths.pythonChecks(contentHash(checks)), "/checks.d")] : []),
    ...generation
      .configMounts(selectIntegrations(host.integrations, host.agent.generation))
      .map(({ folder, target }) => ({
        type: "bind",
        source: folder === "" ? paths.configs : `${paths.configs}/${folder}`,
        target,
        readOnly: !generation.writesConfigs,
      })),
    ...applicationMounts(host, paths),
  ];
}

/** What the agent needs for logs, and for the metrics and traces of applications. */
function applicationMounts(host: HostSettings, paths: HostPaths): ReturnType<typeof agentMounts> {
  const writable = (source: string, target: string): ReturnType<typeof agentMounts>[number] => ({
    type: "bind",
    source,
    target,
    readOnly: false,
  });
  return [
    ...(collectsLogs(host)
      ? [
          readOnlyMount(paths.logConfigs, `/etc/datadog-agent/conf.d/${logConfigsFolder}`),
          writable(paths.logPositions, applicationPaths.logPositions),
        ]
      : []),
    ...(hasSockets(host) ? [writable(paths.sockets, applicationPaths.sockets)] : []),
  ];
}

/** Empty folders in memory, by path in the agent's container, with their options: they hide configs that must not run. */
export function agentTmpfs(host: HostSettings): Record<string, string> {
  const hidden = generationOf(host).hiddenFolders(host, selectIntegrations(host.integrations, host.agent.generation));
  return Object.fromEntries(hidden.map((folder) => [folder, "rw,noexec,nosuid,nodev,size=1m,mode=0755"]));
}
