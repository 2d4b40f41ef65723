import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { mergeHealthCheck } from "../container";
import type { HealthCheck } from "../generations";
import { containerNames, contentHash, type Role } from "../names";
import type { ContainerSettings, SwarmSettings } from "../settings";
import { makeWay } from "./leftovers";
import { revisionVariable, serviceLabels } from "./names";
import type { MountedObject } from "./objects";
import type { SwarmPlacement } from "./placement";

/** What agent and generator each decide for their service. */
export interface ServiceArgs {
  readonly settings: ContainerSettings & { readonly image: string };
  /** Environment variables that the program itself sets. */
  readonly environment: pulumi.Input<Record<string, string>>;
  readonly mounts: readonly docker.types.input.ServiceTaskSpecContainerSpecMount[];
  readonly healthCheck: HealthCheck;
  readonly secrets: readonly MountedObject[];
  readonly configs: readonly MountedObject[];
  /** Ids of the networks that it joins; without any it is on each node's default bridge. */
  readonly networks: pulumi.Input<string[]>;
  /** Whatever else is this service's own. */
  readonly specific: Pick<
    docker.types.input.ServiceTaskSpecContainerSpec,
    "args" | "capAdds" | "capDrops" | "commands" | "hostname" | "readOnly"
  >;
}

/** A service as it was deployed. */
export interface DeployedService {
  readonly name: string;
  readonly resource: docker.Service;
  /** The variable's value by which its tasks are known. */
  readonly revision: pulumi.Output<string>;
}

/** A global service, which runs on every node, with what agent and generator have in common. */
export function createService(
  role: Role,
  swarm: SwarmSettings,
  args: ServiceArgs,
  { parent, provider, dependsOn }: SwarmPlacement,
): DeployedService {
  const name = containerNames[role];
  const ofService = serviceLabels(swarm.node, role);
  const labels = { ...args.settings.labels, ...ofService };
  const task = taskArgs(swarm, args.settings);
  const revision = revisionOf(args, [task, labels]);
  const env = pulumi
    .all([args.environment, revision])
    .apply(([environment, value]) => sorted({ ...containerArgs(args, environment).env, [revisionVariable]: value }));
  const resourceName = `swarm-${role}`;
  const resource = new docker.Service(
    resourceName,
    {
      name,
      mode: { global: true },
      labels: labelList(ofService),
      taskSpec: {
        ...task,
        containerSpec: {
          ...containerArgs(args, {}),
          env,
          labels: labelList(labels),
          secrets: args.secrets.map(({ id, name: secretName, target }) => ({
            ...{ secretId: id, secretName },
            ...readableByRoot(target),
          })),
          configs: args.configs.map(({ id, name: configName, target }) => ({
            ...{ configId: id, configName },
            ...readableByRoot(target),
          })),
        },
        networksAdvanceds: pulumi.output(args.networks).apply((ids) => ids.map((id) => ({ id }))),
      },
      ...updateArgs(swarm.update),
    },
    {
      parent,
      provider,
      dependsOn: [...dependsOn],
      // Two services can't have the same name.
      deleteBeforeReplace: true,
      hooks: makeWay("service", name, swarm, resourceName),
    },
  );
  return { name, resource, revision };
}

/** A hash of all that makes a task what it is: it changes whenever the engine has to replace the tasks. */
function revisionOf(args: ServiceArgs, parts: readonly [task: object, labels: object]): pulumi.Output<string> {
  const objects = pulumi.all([...args.secrets, ...args.configs].map((object) => object.name));
  // The networks' ids are no part of it, but it is not known before them.
  return pulumi
    .all([args.environment, objects, args.networks])
    .apply(([environment, names]) =>
      contentHash({ service: JSON.stringify([containerArgs(args, environment), ...parts, names]) }),
    );
}

/** The container of a task, with these environment variables besides those of the settings. */
function containerArgs(args: ServiceArgs, environment: Readonly<Record<string, string>>) {
  const { settings } = args;
  return {
    image: settings.image,
    env: sorted({ ...settings.environment, ...environment }),
    mounts: [...args.mounts, ...settings.mounts.map((mount) => ({ type: "bind", readOnly: true, ...mount }))],
    healthcheck: healthCheckArgs(mergeHealthCheck(args.healthCheck, settings.healthCheck)),
    // More than an agent takes to end: the plugin waits for that at a destroy, and fails if a container takes all of it.
    stopGracePeriod: "30s",
    ...args.specific,
  };
}

/** How the engine runs a task. All that a provider fills in is said: else a preview after a refresh would show it as a change. */
function taskArgs({ node, placement }: SwarmSettings, { memoryMiB }: ServiceArgs["settings"]) {
  return {
    resources: { limits: { memoryBytes: memoryMiB * 1024 * 1024 } },
    restartPolicy: { condition: "any", delay: "5s", maxAttempts: 0, window: "0s" },
    placement: { constraints: [...placement] },
    logDriver: {
      name: "json-file",
      options: { "max-size": `${node.logs.maxSizeMiB}m`, "max-file": String(node.logs.maxFiles) },
    },
  };
}

/** How tasks are replaced; the engine goes back if one fails. */
function updateArgs({ parallelism, delaySeconds, monitorSeconds }: SwarmSettings["update"]) {
  const change = {
    parallelism,
    delay: serviceDuration(delaySeconds),
    monitor: serviceDuration(monitorSeconds),
    maxFailureRatio: "0.0",
    order: "stop-first",
  };
  return {
    updateConfig: { ...change, failureAction: "rollback" },
    rollbackConfig: { ...change, failureAction: "pause" },
  };
}

/** Where a secret or config is in the container, and who may read it. */
function readableByRoot(target: string) {
  return { fileName: target, fileUid: "0", fileGid: "0", fileMode: 0o400 };
}

/** A folder in memory. */
export function tmpfsMount(
  target: string,
  { sizeMiB, mode }: { sizeMiB: number; mode: number },
): docker.types.input.ServiceTaskSpecContainerSpecMount {
  return { type: "tmpfs", target, readOnly: false, tmpfsOptions: { sizeBytes: sizeMiB * 1024 * 1024, mode } };
}

/** A volume that each node has for itself. Nothing of the image is copied into it, which would run unasked. */
export function volumeMount(
  source: string,
  target: string,
  { readOnly }: { readOnly: boolean },
): docker.types.input.ServiceTaskSpecContainerSpecMount {
  return { type: "volume", source, target, readOnly, volumeOptions: { noCopy: true } };
}

function healthCheckArgs(check: HealthCheck): docker.types.input.ServiceTaskSpecContainerSpecHealthcheck {
  return {
    tests: check.test,
    interval: serviceDuration(check.intervalSeconds),
    timeout: serviceDuration(check.timeoutSeconds),
    startPeriod: serviceDuration(check.startSeconds),
    retries: check.retries,
  };
}

/**
 * Seconds as the provider prints a service's durations, such as `1m` or `1m30s`: else a preview after a refresh would show a
 * change. It prints a container's in another way.
 */
export function serviceDuration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  const last = parts.reduce((found, [amount], index) => (amount > 0 ? index : found), -1);
  const first = parts.findIndex(([amount]) => amount > 0);
  return last === -1
    ? "0s"
    : parts
        .slice(first, last + 1)
        .map(([amount, unit]) => `${amount}${unit}`)
        .join("");
}

function labelList(labels: Readonly<Record<string, string>>): { label: string; value: string }[] {
  return Object.entries(sorted(labels)).map(([label, value]) => ({ label, value }));
}

function sorted(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
