import type { PropertyMap, PropertyValue } from "../../shared/property-values";
import { shortDuration } from "../durations";
import type { ChangeConfig, MountedFile, ServiceMount, ServiceSpec } from "./service-spec";

/** As much of the engine's answer about a service as goes into its state. */
export interface InspectedService {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: ServiceSpec;
  readonly Endpoint: { readonly Spec?: { readonly Mode?: string } };
}

/** Labels as a list of blocks. */
export function labelBlocks(labels: Readonly<Record<string, string>> | null | undefined): PropertyMap[] {
  return Object.entries(labels ?? {})
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([label, value]) => ({ label, value }));
}

function listOf<T extends PropertyValue>(list: readonly T[] | null | undefined): T[] {
  return [...(list ?? [])];
}

function environment(env: readonly string[] | undefined): PropertyValue {
  const entries = (env ?? []).map((word) => {
    const [name = "", ...value] = word.split("=");
    return [name, value.join("=")] as const;
  });
  return Object.fromEntries(entries);
}

function mountBlock(mount: ServiceMount): PropertyMap {
  const { BindOptions: bind, VolumeOptions: volume, TmpfsOptions: tmpfs } = mount;
  return {
    type: mount.Type,
    source: mount.Source ?? "",
    target: mount.Target,
    readOnly: mount.ReadOnly ?? false,
    bindOptions: bind === undefined ? null : { propagation: bind.Propagation ?? "" },
    volumeOptions:
      volume === undefined
        ? null
        : {
            noCopy: volume.NoCopy ?? false,
            labels: labelBlocks(volume.Labels),
            driverName: volume.DriverConfig?.Name ?? "",
            driverOptions: { ...volume.DriverConfig?.Options },
          },
    tmpfsOptions: tmpfs === undefined ? null : { sizeBytes: tmpfs.SizeBytes ?? 0, mode: tmpfs.Mode ?? 0 },
  };
}

function fileFields(file: MountedFile | undefined): PropertyMap {
  return {
    fileName: file?.Name ?? "",
    fileUid: file?.UID ?? "",
    fileGid: file?.GID ?? "",
    fileMode: file?.Mode ?? 0,
  };
}

function containerSpec(spec: ServiceSpec["TaskTemplate"]["ContainerSpec"]): PropertyMap {
  const check = spec.Healthcheck;
  return {
    image: spec.Image,
    labels: labelBlocks(spec.Labels),
    commands: listOf(spec.Command),
    args: listOf(spec.Args),
    hostname: spec.Hostname ?? "",
    env: environment(spec.Env),
    dir: spec.Dir ?? "",
    user: spec.User ?? "",
    groups: listOf(spec.Groups),
    privileges: null,
    readOnly: spec.ReadOnly ?? false,
    mounts: (spec.Mounts ?? []).map(mountBlock),
    stopSignal: spec.StopSignal ?? "",
    stopGracePeriod: spec.StopGracePeriod === undefined ? "" : shortDuration(spec.StopGracePeriod),
    healthcheck:
      check === undefined
        ? null
        : {
            tests: listOf(check.Test),
            interval: shortDuration(check.Interval ?? 0),
            timeout: shortDuration(check.Timeout ?? 0),
            startPeriod: shortDuration(check.StartPeriod ?? 0),
            retries: check.Retries ?? 0,
          },
    hosts: [],
    dnsConfig: { nameservers: null, options: null, searches: null },
    secrets: (spec.Secrets ?? []).map((secret) => ({
      secretId: secret.SecretID,
      secretName: secret.SecretName ?? "",
      ...fileFields(secret.File),
    })),
    configs: (spec.Configs ?? []).map((config) => ({
      configId: config.ConfigID,
      configName: config.ConfigName ?? "",
      ...fileFields(config.File),
    })),
    isolation: spec.Isolation ?? "",
    sysctl: {},
    capAdds: listOf(spec.CapabilityAdd),
    capDrops: listOf(spec.CapabilityDrop),
    init: spec.Init ?? false,
  };
}

function amounts(block: { readonly NanoCPUs?: number; readonly MemoryBytes?: number } | undefined): PropertyMap | null {
  return block === undefined ? null : { nanoCpus: block.NanoCPUs ?? 0, memoryBytes: block.MemoryBytes ?? 0 };
}

function taskSpec(task: ServiceSpec["TaskTemplate"]): PropertyMap {
  const { Resources: resources, RestartPolicy: policy, Placement: placement, LogDriver: driver } = task;
  const reservation = amounts(resources?.Reservations);
  const duration = (nanoseconds: number | undefined): string =>
    nanoseconds === undefined ? "" : shortDuration(nanoseconds);
  return {
    containerSpec: containerSpec(task.ContainerSpec),
    resources: {
      limits: amounts(resources?.Limits),
      reservation: reservation === null ? null : { ...reservation, genericResources: null },
    },
    restartPolicy:
      policy === undefined
        ? null
        : {
            condition: policy.Condition ?? "",
            delay: duration(policy.Delay),
            maxAttempts: policy.MaxAttempts ?? 0,
            window: duration(policy.Window),
          },
    placement: {
      constraints: listOf(placement?.Constraints),
      prefs: [],
      maxReplicas: placement?.MaxReplicas ?? 0,
      platforms: (placement?.Platforms ?? []).map(({ Architecture, OS }) => ({ architecture: Architecture, os: OS })),
    },
    forceUpdate: task.ForceUpdate,
    runtime: task.Runtime ?? "",
    networksAdvanceds: (task.Networks ?? []).map((network) => ({
      name: "",
      id: network.Target,
      aliases: listOf(network.Aliases),
      driverOpts: [],
    })),
    logDriver: driver === undefined ? null : { name: driver.Name, options: { ...driver.Options } },
  };
}

function changeConfig(config: ChangeConfig | undefined): PropertyMap | null {
  if (config === undefined) return null;
  return {
    parallelism: config.Parallelism,
    delay: shortDuration(config.Delay ?? 0),
    failureAction: config.FailureAction ?? "",
    monitor: shortDuration(config.Monitor ?? 0),
    maxFailureRatio: (config.MaxFailureRatio ?? 0).toFixed(1),
    order: config.Order ?? "",
  };
}

/** The state of a service as the engine tells it, over the state that was believed in. */
export function serviceState(state: PropertyMap, service: InspectedService): PropertyMap {
  const { Spec: spec } = service;
  return {
    ...state,
    id: service.ID,
    name: spec.Name,
    labels: labelBlocks(spec.Labels),
    taskSpec: taskSpec(spec.TaskTemplate),
    mode: { global: true, replicated: null },
    updateConfig: changeConfig(spec.UpdateConfig),
    rollbackConfig: changeConfig(spec.RollbackConfig),
    endpointSpec: { mode: service.Endpoint.Spec?.Mode ?? spec.EndpointSpec.Mode ?? "", ports: [] },
  };
}
