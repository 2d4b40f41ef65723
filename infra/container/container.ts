import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { containerNames, ownerLabels, type Role } from "../names";
import { type ContainerSettings, type HostSettings, machineOf } from "../settings";
import { containerHooks } from "./hooks";

/** Where a container is created, and what has to exist before it. */
export interface Placement {
  readonly parent: pulumi.Resource;
  /** The host's Docker engine. */
  readonly provider: docker.Provider;
  /** What has to exist first: its image, the files that it needs. */
  readonly dependsOn: readonly pulumi.Resource[];
}

/** What agent and generator each decide for their container. */
export interface ContainerArgs {
  readonly settings: ContainerSettings;
  /** Environment variables that the program itself sets. */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  readonly mounts: readonly docker.types.input.ContainerMount[];
  /** Required, because the docker provider would not notice that a health check was removed. */
  readonly healthCheck: {
    test: string[];
    intervalSeconds: number;
    timeoutSeconds: number;
    retries: number;
    startSeconds: number;
  };
  /** Whatever else is this container's own. */
  readonly specific: Partial<docker.ContainerArgs>;
}

/** The docker provider reports edits of these as "updated" without changing the host, so they replace the container. */
const replaceOnChanges = ["mounts", "healthcheck", "tmpfs", "init"];

/** The image of a container, pulled if the host does not have it. */
export function createImage(
  role: Role,
  host: HostSettings,
  image: string,
  { parent, provider, dependsOn }: Placement,
): docker.RemoteImage {
  return new docker.RemoteImage(
    `${host.name}-${role}-image`,
    { name: image, keepLocally: true },
    { parent, provider, dependsOn: [...dependsOn], replacementTrigger: machineOf(host) },
  );
}

/** One container with what both have in common: restarts, log rotation, memory limit, labels. */
export function createContainer(
  role: Role,
  host: HostSettings,
  args: ContainerArgs,
  { parent, provider, dependsOn }: Placement,
): docker.Container {
  const { settings } = args;
  const labels = { ...settings.labels, ...ownerLabels(host, role) };
  return new docker.Container(
    `${host.name}-${role}`,
    {
      name: containerNames[role],
      // By name, not by the resource's output: a failed image must not end the program with other hosts still to come.
      image: settings.image,
      restart: "unless-stopped",
      mustRun: true,
      envs: environmentList(settings.environment, args.environment),
      labels: sortedEntries(labels).map(([label, value]) => ({ label, value })),
      mounts: [...args.mounts, ...settings.mounts.map((mount) => ({ type: "bind", readOnly: true, ...mount }))],
      logDriver: "json-file",
      logOpts: { "max-size": `${host.logs.maxSizeMiB}m`, "max-file": String(host.logs.maxFiles) },
      memory: settings.memoryMiB,
      // Without it every preview would show a change.
      memorySwap: settings.memoryMiB,
      destroyGraceSeconds: 10,
      healthcheck: mergeHealthCheck(args.healthCheck, settings.healthCheck),
      ...args.specific,
    },
    {
      parent,
      provider,
      dependsOn: [...dependsOn],
      // The old one exists until its successor is accepted; the hooks make sure that only one of them runs.
      deleteBeforeReplace: false,
      replaceOnChanges,
      // A new machine has none of this host's containers, whatever the state says.
      replacementTrigger: machineOf(host),
      hooks: containerHooks(role, host, parent),
    },
  );
}

/** A bind mount that the container can't write to. */
export function readOnlyMount(
  source: pulumi.Input<string>,
  target: string,
): docker.types.input.ContainerMount & { target: string } {
  return { type: "bind", source, target, readOnly: true };
}

function environmentList(
  users: Readonly<Record<string, string>>,
  own: Readonly<Record<string, pulumi.Input<string>>>,
): pulumi.Input<string>[] {
  return sortedEntries({ ...users, ...own }).map(([key, value]) => pulumi.interpolate`${key}=${value}`);
}

function mergeHealthCheck(
  own: ContainerArgs["healthCheck"],
  settings: ContainerSettings["healthCheck"],
): docker.types.input.ContainerHealthcheck {
  const said = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const merged: ContainerArgs["healthCheck"] = { ...own, ...said };
  return {
    tests: merged.test,
    interval: duration(merged.intervalSeconds),
    timeout: duration(merged.timeoutSeconds),
    startPeriod: duration(merged.startSeconds),
    retries: merged.retries,
  };
}

/** Seconds as Go writes a duration: the provider reads `60s` back as `1m0s` and would show a change at every preview. */
function duration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return `${hours > 0 ? `${hours}h` : ""}${seconds >= 60 ? `${minutes}m` : ""}${seconds % 60}s`;
}

function sortedEntries<Value>(values: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
