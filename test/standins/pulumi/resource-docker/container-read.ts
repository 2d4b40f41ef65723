import type Docker from "dockerode";
import type { PropertyMap, PropertyValue } from "../shared/property-values";
import { formatDuration } from "./durations";
import { engineError } from "./engine-client";
import { CONTAINER } from "./container-schema";
import { isEmpty } from "./planning";
import { withZeros } from "./settling";
import { flagOf, textOf } from "./values";

const MEGABYTE = 1024 * 1024;

type Maybe<T> = T | null | undefined;

/** As much of the engine's answer about a container as goes into its state. Lists that are empty may be null. */
interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Image: string;
  readonly Platform: string;
  readonly State: { readonly Running: boolean; readonly ExitCode: number };
  readonly NetworkSettings: { readonly Bridge?: string; readonly Networks: Readonly<Record<string, InspectedNetwork>> };
  readonly Config: InspectedConfig;
  readonly HostConfig: InspectedHostConfig;
}

interface InspectedNetwork {
  readonly IPAddress: string;
  readonly IPPrefixLen: number;
  readonly Gateway: string;
  readonly GlobalIPv6Address: string;
  readonly GlobalIPv6PrefixLen: number;
  readonly IPv6Gateway: string;
  readonly MacAddress: string;
}

interface InspectedConfig {
  readonly Image: string;
  readonly Hostname: string;
  readonly Domainname: string;
  readonly User: string;
  readonly WorkingDir: string;
  readonly Cmd: Maybe<string[]>;
  readonly Entrypoint: Maybe<string[]>;
  readonly StopSignal?: string;
  readonly StopTimeout?: number;
  /** Times in nanoseconds. */
  readonly Healthcheck?: {
    readonly Test?: string[];
    readonly Interval?: number;
    readonly Timeout?: number;
    readonly StartPeriod?: number;
    readonly StartInterval?: number;
    readonly Retries?: number;
  };
}

interface InspectedHostConfig {
  readonly CapAdd: Maybe<string[]>;
  readonly CapDrop: Maybe<string[]>;
  readonly CpuShares?: number;
  readonly CpusetCpus?: string;
  readonly GroupAdd: Maybe<string[]>;
  readonly Init: Maybe<boolean>;
  readonly IpcMode?: string;
  readonly LogConfig: { readonly Type: string; readonly Config: Maybe<Record<string, string>> };
  /** Bytes, as is MemorySwap. */
  readonly Memory?: number;
  readonly MemorySwap?: number;
  readonly Mounts: Maybe<{ Type: string; Source?: string; Target: string; ReadOnly?: boolean }[]>;
  readonly NetworkMode?: string;
  readonly PidMode?: string;
  readonly Privileged?: boolean;
  readonly PublishAllPorts?: boolean;
  readonly ReadonlyRootfs?: boolean;
  readonly RestartPolicy: { readonly Name: string; readonly MaximumRetryCount: number };
  readonly Runtime?: string;
  readonly SecurityOpt: Maybe<string[]>;
  readonly ShmSize?: number;
  readonly Tmpfs: Maybe<Record<string, string>>;
  readonly UsernsMode?: string;
}

function megabytes(bytes: number | undefined): number {
  return bytes === undefined || bytes <= 0 ? (bytes ?? 0) : Math.floor(bytes / MEGABYTE);
}

function networkData(inspected: Inspected): PropertyValue {
  return Object.entries(inspected.NetworkSettings.Networks).map(([networkName, network]) => ({
    networkName,
    ipAddress: network.IPAddress,
    ipPrefixLength: network.IPPrefixLen,
    gateway: network.Gateway,
    globalIpv6Address: network.GlobalIPv6Address,
    globalIpv6PrefixLength: network.GlobalIPv6PrefixLen,
    ipv6Gateway: network.IPv6Gateway,
    macAddress: network.MacAddress,
  }));
}

function healthcheck(config: InspectedConfig): PropertyMap {
  const check = config.Healthcheck;
  if (check === undefined) return {};
  return {
    healthcheck: {
      tests: check.Test ?? [],
      interval: formatDuration(check.Interval ?? 0),
      timeout: formatDuration(check.Timeout ?? 0),
      startPeriod: formatDuration(check.StartPeriod ?? 0),
      startInterval: formatDuration(check.StartInterval ?? 0),
      retries: check.Retries ?? 0,
    },
  };
}

function mounts(host: InspectedHostConfig): PropertyValue {
  return (host.Mounts ?? []).map((mount) => ({
    type: mount.Type,
    // A tmpfs has none.
    source: mount.Source ?? "",
    target: mount.Target,
    readOnly: mount.ReadOnly ?? false,
    bindOptions: null,
    volumeOptions: null,
    tmpfsOptions: null,
  }));
}

/** What is read only when the program has set it. */
function whenSet(state: PropertyMap, host: InspectedHostConfig): PropertyMap {
  const { CapAdd: added, CapDrop: dropped } = host;
  const capable = (added ?? []).length > 0 || (dropped ?? []).length > 0;
  return {
    ...(capable ? { capabilities: { adds: added ?? null, drops: dropped ?? null } } : {}),
    logOpts: isEmpty(state["logOpts"]) ? {} : (host.LogConfig.Config ?? {}),
    ...(isEmpty(state["pidMode"]) ? {} : { pidMode: host.PidMode ?? "" }),
  };
}

/** What a container that has ended tells: its exit code, and that it does not run although it must. */
function whenStopped(state: PropertyMap, inspected: Inspected): PropertyMap {
  if (inspected.State.Running) return {};
  const stopped = flagOf(state, "mustRun") ? { mustRun: false } : {};
  return { exitCode: inspected.State.ExitCode, ...stopped };
}

/**
 * The state of a container as the engine tells it, over the state that was believed in. Environment, labels, volumes and
 * networks are never read back.
 */
export function readState(state: PropertyMap, inspected: Inspected): PropertyMap {
  return withZeros(CONTAINER, readProperties(state, inspected));
}

function readProperties(state: PropertyMap, inspected: Inspected): PropertyMap {
  const host = inspected.HostConfig;
  const config = inspected.Config;
  const image = textOf(state, "image").startsWith("sha256:") ? inspected.Image : config.Image;
  return {
    ...state,
    ...whenStopped(state, inspected),
    ...whenSet(state, host),
    ...healthcheck(config),
    id: inspected.Id,
    bridge: inspected.NetworkSettings.Bridge ?? "",
    networkDatas: networkData(inspected),
    name: inspected.Name.replace(/^\/+/, ""),
    image,
    hostname: config.Hostname,
    command: config.Cmd ?? [],
    entrypoints: config.Entrypoint ?? [],
    user: config.User,
    readOnly: host.ReadonlyRootfs ?? false,
    securityOpts: host.SecurityOpt ?? [],
    restart: host.RestartPolicy.Name,
    maxRetryCount: host.RestartPolicy.MaximumRetryCount,
    init: host.Init ?? false,
    runtime: host.Runtime ?? "",
    platform: inspected.Platform,
    mounts: mounts(host),
    tmpfs: host.Tmpfs ?? {},
    privileged: host.Privileged ?? false,
    publishAllPorts: host.PublishAllPorts ?? false,
    memory: megabytes(host.Memory),
    memorySwap: megabytes(host.MemorySwap),
    shmSize: megabytes(host.ShmSize),
    cpuShares: host.CpuShares ?? 0,
    cpuSet: host.CpusetCpus ?? "",
    logDriver: host.LogConfig.Type,
    networkMode: host.NetworkMode ?? "",
    usernsMode: host.UsernsMode ?? "",
    ipcMode: host.IpcMode ?? "",
    groupAdds: host.GroupAdd ?? [],
    dns: [],
    dnsOpts: [],
    dnsSearches: [],
    envs: state["envs"] ?? [],
    labels: state["labels"] ?? [],
    storageOpts: {},
    sysctls: {},
    domainname: config.Domainname,
    workingDir: config.WorkingDir,
    stopSignal: config.StopSignal ?? "",
    stopTimeout: config.StopTimeout ?? 0,
  };
}

/** The container's state now; undefined when the host has no such container. */
export async function readContainer(docker: Docker, id: string, state: PropertyMap): Promise<PropertyMap | undefined> {
  try {
    // Not by asking for it: a container that is gone must be told from a question that failed.
    const all = await docker.listContainers({ all: true });
    if (!all.some((container) => container.Id === id)) return undefined;
    return readState(state, (await docker.getContainer(id).inspect()) as Inspected);
  } catch (error) {
    throw engineError(error);
  }
}
