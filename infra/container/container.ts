import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { engineSocket, HostPaths, ownerLabels, ownNames, type OwnRole } from "../names";
import { type ContainerSettings, type HostSettings, machineIdentity } from "../settings";
import { containerHooks } from "./hooks";

/** Where a container is created, and which resources it depends on. */
export interface Placement {
  readonly parent: pulumi.Resource;
  /** The host's Docker engine. */
  readonly provider: docker.Provider;
  /** Resources that must exist first, such as its image and files. */
  readonly dependsOn: readonly pulumi.Resource[];
}

/** The properties in which the containers differ. */
export interface ContainerArgs {
  readonly settings: ContainerSettings;
  /** Environment variables that the program sets itself. */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  readonly mounts: readonly docker.types.input.ContainerMount[];
  /** Required, because the docker provider does not notice the removal of a health check. */
  readonly healthCheck: {
    test: string[];
    intervalSeconds: number;
    timeoutSeconds: number;
    retries: number;
    startSeconds: number;
  };
  /** Other arguments of this container only. */
  readonly specific: Partial<docker.ContainerArgs>;
}

/**
 * Changes of these properties replace the container: the docker provider reports them as updated without changing the host.
 */
const replaceOnChanges = ["mounts", "healthcheck", "tmpfs", "init"];

/** The image of a container, pulled if the host does not have it. */
export function createImage(
  role: OwnRole,
  host: HostSettings,
  image: string,
  { parent, provider, dependsOn }: Placement,
): docker.RemoteImage {
  return new docker.RemoteImage(
    `${host.name}-${role}-image`,
    { name: image, keepLocally: true },
    { parent, provider, dependsOn: [...dependsOn], replacementTrigger: machineIdentity(host) },
  );
}

/** Creates a container with the properties that all share: restarts, log rotation, memory limit, labels. */
export function createContainer(
  role: OwnRole,
  host: HostSettings,
  args: ContainerArgs,
  { parent, provider, dependsOn }: Placement,
): docker.Container {
  const { settings } = args;
  const labels = { ...settings.labels, ...ownerLabels(host, role) };
  return new docker.Container(
    `${host.name}-${role}`,
    {
      name: ownNames[role],
      // The name instead of the image resource's output, so that a failed pull does not stop the program for other hosts.
      image: settings.image,
      restart: "unless-stopped",
      mustRun: true,
      envs: environmentList(settings.environment, args.environment),
      labels: sortedEntries(labels).map(([label, value]) => ({ label, value })),
      mounts: [...args.mounts, ...settings.mounts.map((mount) => ({ type: "bind", readOnly: true, ...mount }))],
      logDriver: "json-file",
      logOpts: { "max-size": `${host.logs.maxSizeMiB}m`, "max-file": String(host.logs.maxFiles) },
      memory: settings.memoryMiB,
      // If unset, every preview would show a change.
      memorySwap: settings.memoryMiB,
      destroyGraceSeconds: 10,
      healthcheck: healthCheckArgs(mergeHealthCheck(args.healthCheck, settings.healthCheck)),
      ...args.specific,
    },
    {
      parent,
      provider,
      dependsOn: [...dependsOn],
      // The old container is kept until the engine accepts its successor. The hooks ensure that only one of them runs.
      deleteBeforeReplace: false,
      replaceOnChanges,
      // A new machine has no containers of this host, even if the state lists them.
      replacementTrigger: machineIdentity(host),
      hooks: containerHooks(role, host, parent),
    },
  );
}

/** A read-only bind mount. */
export function readOnlyMount(
  source: pulumi.Input<string>,
  target: string,
): docker.types.input.ContainerMount & { target: string } {
  return { type: "bind", source, target, readOnly: true };
}

/** The mount of the folder with the engine's own socket. */
export const engineMount = {
  type: "bind",
  source: engineSocket.hostFolder,
  target: engineSocket.folder,
  readOnly: true,
} as const;

/** The mount through which agent and generator reach the engine: its own socket, or that of the socket filter. */
export function engineMountOf(
  host: Pick<HostSettings, "root" | "socketFilter">,
): Omit<typeof engineMount, "source"> & { readonly source: string } {
  if (host.socketFilter === undefined) return engineMount;
  return { ...engineMount, source: new HostPaths(host.root).filteredEngine };
}

function environmentList(
  users: Readonly<Record<string, string>>,
  own: Readonly<Record<string, pulumi.Input<string>>>,
): pulumi.Input<string>[] {
  return sortedEntries({ ...users, ...own }).map(([key, value]) => pulumi.interpolate`${key}=${value}`);
}

/** A health check with what the settings say in place of the program's own. */
export function mergeHealthCheck(
  own: ContainerArgs["healthCheck"],
  settings: ContainerSettings["healthCheck"],
): ContainerArgs["healthCheck"] {
  const overrides = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  return { ...own, ...overrides };
}

function healthCheckArgs(merged: ContainerArgs["healthCheck"]): docker.types.input.ContainerHealthcheck {
  return {
    tests: merged.test,
    interval: duration(merged.intervalSeconds),
    timeout: duration(merged.timeoutSeconds),
    startPeriod: duration(merged.startSeconds),
    retries: merged.retries,
  };
}

/** Seconds in Go's canonical notation. The provider reads `60s` back as `1m0s`, so every preview would show a change. */
function duration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return `${hours > 0 ? `${hours}h` : ""}${seconds >= 60 ? `${minutes}m` : ""}${seconds % 60}s`;
}

function sortedEntries<Value>(values: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
