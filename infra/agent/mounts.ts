import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

import { readOnlyMount } from "../container";
import { generationOf, secretsFolder } from "../generations";
import { selectIntegrations } from "../integrations";
import { engineSocket, type HostPaths } from "../names";
import type { HostSettings } from "../settings";

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
  return [
    readOnlyMount(engineSocket.hostFolder, engineSocket.folder),
    readOnlyMount("/proc", "/host/proc"),
    readOnlyMount("/sys/fs/cgroup", "/host/sys/fs/cgroup"),
    readOnlyMount(secrets, secretsFolder),
    readOnlyMount(paths.ownChecks, "/conf.d"),
    ...generation
      .configMounts(selectIntegrations(host.integrations, host.agent.generation))
      .map(({ folder, target }) => ({
        type: "bind",
        source: folder === "" ? paths.configs : `${paths.configs}/${folder}`,
        target,
        readOnly: !generation.writesConfigs,
      })),
  ];
}

/** Empty folders in memory, by path in the agent's container, with their options: they hide configs that must not run. */
export function agentTmpfs(host: HostSettings): Record<string, string> {
  const hidden = generationOf(host).hiddenFolders(host, selectIntegrations(host.integrations, host.agent.generation));
  return Object.fromEntries(hidden.map((folder) => [folder, "rw,noexec,nosuid,nodev,size=1m,mode=0755"]));
}
