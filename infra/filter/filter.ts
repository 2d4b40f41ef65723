import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

import { createContainer, engineMount, type Placement, readOnlyMount, trialCreation } from "../container";
import { HostPaths } from "../names";
import { filterPaths, filterRules } from "../rendering";
import type { ContainerSettings, HostSettings } from "../settings";
import type { Call, HostScript } from "../shell";

/** Its log is about calls that were refused; those who collect logs of containers don't want it. */
const labels = { "datadog-hosts.logs": "false" };

/** Memory limit in MiB: 2000 connections with haproxy's buffers of 32 KiB each. */
const memoryMiB = 128;

/** The files of the filter's folder; undefined if the host has no filter. */
export function filterFiles(host: HostSettings): Record<string, string> | undefined {
  return host.socketFilter === undefined ? undefined : { "haproxy.cfg": filterRules(host) };
}

/** Creates the folder of the filter's own socket, if the host has a filter. Only root may look for the socket. */
export function filterFolderScript(host: HostSettings): HostScript {
  if (host.socketFilter === undefined) return { calls: [] };
  return {
    files: ["writable-folder"],
    calls: [["writable_folder", new HostPaths(host.root).filteredEngine, "0700"]],
  };
}

/** The call that creates the filter on trial before anything is changed; none if the host has no filter. */
export function filterTrial(host: HostSettings): Call[] {
  const settings = containerSettings(host);
  return settings === undefined ? [] : [trialCreation("filter", settings, ["--user", "root"], [engineMount])];
}

/**
 * The socket filter of one host.
 * @param configFolder absolute path of the folder on the host with {@link filterFiles}.
 */
export function createFilter(
  host: HostSettings,
  configFolder: pulumi.Input<string>,
  placement: Placement,
): docker.Container | undefined {
  const settings = containerSettings(host);
  if (settings === undefined) return undefined;
  const { filteredEngine } = new HostPaths(host.root);
  return createContainer(
    "filter",
    host,
    {
      settings,
      environment: {},
      mounts: [
        engineMount,
        readOnlyMount(configFolder, filterPaths.config),
        { type: "bind", source: filteredEngine, target: filterPaths.folder, readOnly: false },
      ],
      healthCheck,
      specific: {
        networkMode: "none",
        user: "root",
        entrypoints: ["haproxy"],
        // In the foreground, as a single process.
        command: ["-db", "-f", filterPaths.configFile],
        // The signal of haproxy's own image would wait for the end of all connections.
        stopSignal: "SIGTERM",
        readOnly: true,
        // It creates its socket in a folder of the host's user.
        capabilities: { drops: ["ALL"], adds: ["CAP_DAC_OVERRIDE"] },
        // SELinux would keep it from the engine's socket.
        securityOpts: ["label=disable", "no-new-privileges"],
      },
    },
    placement,
  );
}

/** Whether the engine answers through the filter is for the generator's health check to say. */
const healthCheck = {
  test: ["CMD", "test", "-S", filterPaths.socket],
  intervalSeconds: 30,
  timeoutSeconds: 10,
  retries: 3,
  startSeconds: 10,
};

/** What other containers have as settings: the image is the only one of the filter. */
function containerSettings({ socketFilter }: HostSettings): ContainerSettings | undefined {
  if (socketFilter === undefined) return undefined;
  return { image: socketFilter.image, memoryMiB, environment: {}, labels, mounts: [], healthCheck };
}
