import type { PropertyMap } from "../../shared/property-values";
import { parseDuration } from "../durations";
import { isEmpty } from "../planning";
import { blockOf, blocksOf, flagOf, labelsOf, mapOf, numberOf, textOf, textsOf } from "../values";

/** A service as the engine's API has it; times in nanoseconds. */
export interface ServiceSpec {
  readonly Name: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly TaskTemplate: TaskTemplate;
  readonly Mode: { readonly Global: Readonly<Record<string, never>> };
  readonly UpdateConfig?: ChangeConfig;
  readonly RollbackConfig?: ChangeConfig;
  readonly EndpointSpec: { readonly Mode?: string };
}

interface TaskTemplate {
  readonly ContainerSpec: ContainerSpec;
  readonly Resources?: { readonly Limits?: Amounts; readonly Reservations?: Amounts };
  readonly RestartPolicy?: RestartPolicy;
  readonly Placement?: {
    readonly Constraints?: readonly string[];
    readonly MaxReplicas?: number;
    readonly Platforms?: readonly Platform[];
  };
  readonly ForceUpdate: number;
  readonly Runtime?: string;
  readonly Networks?: readonly { readonly Target: string; readonly Aliases?: readonly string[] }[];
  readonly LogDriver?: { readonly Name: string; readonly Options?: Readonly<Record<string, string>> };
}

interface ContainerSpec {
  Image: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly Command?: readonly string[];
  readonly Args?: readonly string[];
  readonly Hostname?: string;
  readonly Env?: readonly string[];
  readonly Dir?: string;
  readonly User?: string;
  readonly Groups?: readonly string[];
  readonly ReadOnly?: boolean;
  readonly Mounts?: readonly ServiceMount[];
  readonly StopSignal?: string;
  readonly StopGracePeriod?: number;
  readonly Healthcheck?: ServiceHealthcheck;
  readonly Secrets?: readonly SecretReference[];
  readonly Configs?: readonly ConfigReference[];
  readonly Isolation?: string;
  readonly CapabilityAdd?: readonly string[];
  readonly CapabilityDrop?: readonly string[];
  readonly Init?: boolean;
}

interface Amounts {
  readonly NanoCPUs?: number;
  readonly MemoryBytes?: number;
}

interface RestartPolicy {
  readonly Condition?: string;
  readonly Delay?: number;
  readonly MaxAttempts?: number;
  readonly Window?: number;
}

/** A kind of machine that an image is for. */
export interface Platform {
  readonly Architecture: string;
  readonly OS: string;
}

/** How an update, or its rollback, goes on. */
export interface ChangeConfig {
  readonly Parallelism: number;
  readonly Delay?: number;
  readonly FailureAction?: string;
  readonly Monitor?: number;
  readonly MaxFailureRatio?: number;
  readonly Order?: string;
}

/** A mount of a task. */
export interface ServiceMount {
  readonly Type: string;
  readonly Source?: string;
  readonly Target: string;
  readonly ReadOnly?: boolean;
  readonly BindOptions?: { readonly Propagation?: string };
  readonly VolumeOptions?: {
    readonly NoCopy?: boolean;
    readonly Labels?: Readonly<Record<string, string>>;
    readonly DriverConfig?: { readonly Name?: string; readonly Options?: Readonly<Record<string, string>> };
  };
  readonly TmpfsOptions?: { readonly SizeBytes?: number; readonly Mode?: number };
}

interface ServiceHealthcheck {
  readonly Test?: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly Retries?: number;
}

/** The file that a task sees of a config or a secret. */
export interface MountedFile {
  readonly Name: string;
  readonly UID?: string;
  readonly GID?: string;
  readonly Mode?: number;
}

interface SecretReference {
  readonly SecretID: string;
  readonly SecretName?: string;
  readonly File?: MountedFile;
}

interface ConfigReference {
  readonly ConfigID: string;
  readonly ConfigName?: string;
  readonly File?: MountedFile;
}

function environment(spec: PropertyMap): string[] {
  return Object.entries(mapOf(spec, "env"))
    .filter(([name]) => name !== "")
    .map(([name, value]) => `${name}=${value}`);
}

function mounts(spec: PropertyMap): ServiceMount[] {
  return blocksOf(spec, "mounts").map((mount) => {
    const [bind, volume, tmpfs] = ["bindOptions", "volumeOptions", "tmpfsOptions"].map((name) => blockOf(mount, name));
    return {
      Type: textOf(mount, "type"),
      Source: textOf(mount, "source"),
      Target: textOf(mount, "target"),
      ReadOnly: flagOf(mount, "readOnly"),
      ...(bind === undefined ? {} : { BindOptions: { Propagation: textOf(bind, "propagation") } }),
      ...(volume === undefined
        ? {}
        : {
            VolumeOptions: {
              NoCopy: flagOf(volume, "noCopy"),
              Labels: labelsOf(volume, "labels"),
              DriverConfig: { Name: textOf(volume, "driverName"), Options: mapOf(volume, "driverOptions") },
            },
          }),
      ...(tmpfs === undefined
        ? {}
        : { TmpfsOptions: { SizeBytes: numberOf(tmpfs, "sizeBytes"), Mode: numberOf(tmpfs, "mode") } }),
    };
  });
}

function healthcheck(spec: PropertyMap): ServiceHealthcheck {
  const check = blockOf(spec, "healthcheck");
  if (check === undefined) return {};
  return {
    Test: textsOf(check, "tests"),
    Interval: parseDuration(textOf(check, "interval")),
    Timeout: parseDuration(textOf(check, "timeout")),
    StartPeriod: parseDuration(textOf(check, "startPeriod")),
    Retries: numberOf(check, "retries"),
  };
}

function file(reference: PropertyMap): MountedFile {
  return {
    Name: textOf(reference, "fileName"),
    UID: textOf(reference, "fileUid"),
    GID: textOf(reference, "fileGid"),
    Mode: numberOf(reference, "fileMode"),
  };
}

function containerSpec(spec: PropertyMap): ContainerSpec {
  return {
    Image: textOf(spec, "image"),
    Labels: labelsOf(spec, "labels"),
    Command: textsOf(spec, "commands"),
    Args: textsOf(spec, "args"),
    Hostname: textOf(spec, "hostname"),
    Env: environment(spec),
    Dir: textOf(spec, "dir"),
    User: textOf(spec, "user"),
    Groups: textsOf(spec, "groups"),
    ReadOnly: flagOf(spec, "readOnly"),
    Mounts: mounts(spec),
    StopSignal: textOf(spec, "stopSignal"),
    // Without a word of the program it is 0: the engine kills at once, whatever the image says.
    StopGracePeriod: parseDuration(textOf(spec, "stopGracePeriod")),
    Healthcheck: healthcheck(spec),
    Secrets: blocksOf(spec, "secrets").map((secret) => ({
      SecretID: textOf(secret, "secretId"),
      SecretName: textOf(secret, "secretName"),
      File: file(secret),
    })),
    Configs: blocksOf(spec, "configs").map((config) => ({
      ConfigID: textOf(config, "configId"),
      ConfigName: textOf(config, "configName"),
      File: file(config),
    })),
    Isolation: textOf(spec, "isolation"),
    CapabilityAdd: textsOf(spec, "capAdds"),
    CapabilityDrop: textsOf(spec, "capDrops"),
    Init: flagOf(spec, "init"),
  };
}

function amounts(resources: PropertyMap, name: string): Amounts | undefined {
  const block = blockOf(resources, name);
  if (block === undefined) return undefined;
  return { NanoCPUs: numberOf(block, "nanoCpus"), MemoryBytes: numberOf(block, "memoryBytes") };
}

function taskResources(task: PropertyMap): NonNullable<TaskTemplate["Resources"]> {
  const resources = blockOf(task, "resources") ?? {};
  const [limits, reservation] = [amounts(resources, "limits"), amounts(resources, "reservation")];
  return {
    ...(limits === undefined ? {} : { Limits: limits }),
    ...(reservation === undefined ? {} : { Reservations: reservation }),
  };
}

function restartPolicy(task: PropertyMap): RestartPolicy {
  const policy = blockOf(task, "restartPolicy");
  if (policy === undefined) return {};
  return {
    Condition: textOf(policy, "condition"),
    Delay: parseDuration(textOf(policy, "delay")),
    MaxAttempts: numberOf(policy, "maxAttempts"),
    Window: parseDuration(textOf(policy, "window")),
  };
}

function placement(task: PropertyMap): NonNullable<TaskTemplate["Placement"]> {
  const block = blockOf(task, "placement") ?? {};
  return {
    Constraints: textsOf(block, "constraints"),
    MaxReplicas: numberOf(block, "maxReplicas"),
    Platforms: blocksOf(block, "platforms").map((platform) => ({
      Architecture: textOf(platform, "architecture"),
      OS: textOf(platform, "os"),
    })),
  };
}

function logDriver(task: PropertyMap): Pick<TaskTemplate, "LogDriver"> {
  const driver = blockOf(task, "logDriver");
  if (driver === undefined) return {};
  return { LogDriver: { Name: textOf(driver, "name"), Options: mapOf(driver, "options") } };
}

function taskTemplate(task: PropertyMap): TaskTemplate {
  const runtime = textOf(task, "runtime");
  return {
    ContainerSpec: containerSpec(blockOf(task, "containerSpec") ?? {}),
    Resources: taskResources(task),
    RestartPolicy: restartPolicy(task),
    Placement: placement(task),
    ForceUpdate: numberOf(task, "forceUpdate"),
    ...(runtime === "" ? {} : { Runtime: runtime }),
    Networks: blocksOf(task, "networksAdvanceds").map((network) => ({
      Target: textOf(network, "id"),
      Aliases: textsOf(network, "aliases"),
    })),
    ...logDriver(task),
  };
}

function changeConfig(state: PropertyMap, name: string): ChangeConfig | undefined {
  const config = blockOf(state, name);
  if (config === undefined) return undefined;
  return {
    Parallelism: numberOf(config, "parallelism"),
    Delay: parseDuration(textOf(config, "delay")),
    FailureAction: textOf(config, "failureAction"),
    Monitor: parseDuration(textOf(config, "monitor")),
    MaxFailureRatio: Number(textOf(config, "maxFailureRatio")),
    Order: textOf(config, "order"),
  };
}

/** What the engine is asked to run. */
export function serviceSpec(state: PropertyMap): ServiceSpec {
  const [update, rollback] = [changeConfig(state, "updateConfig"), changeConfig(state, "rollbackConfig")];
  const endpoint = textOf(blockOf(state, "endpointSpec") ?? {}, "mode");
  return {
    Name: textOf(state, "name"),
    ...(isEmpty(state["labels"]) ? {} : { Labels: labelsOf(state, "labels") }),
    TaskTemplate: taskTemplate(blockOf(state, "taskSpec") ?? {}),
    Mode: { Global: {} },
    ...(update === undefined ? {} : { UpdateConfig: update }),
    ...(rollback === undefined ? {} : { RollbackConfig: rollback }),
    EndpointSpec: endpoint === "" ? {} : { Mode: endpoint },
  };
}
