import type Docker from "dockerode";
import type { PropertyMap, PropertyValue } from "../shared/property-values";
import { formatDuration } from "./durations";
import { engineError } from "./engine-client";
import { isEmpty } from "./planning";
import { flagOf, textOf } from "./values";

const MEGABYTE = 1024 * 1024;

/** What the engine says beyond the types of its client library. */
interface Inspected extends Docker.ContainerInspectInfo {
  readonly NetworkSettings: Docker.ContainerInspectInfo["NetworkSettings"] & { readonly Bridge?: string };
  readonly Config: Docker.ContainerInspectInfo["Config"] & {
    readonly StopSignal?: string;
    readonly StopTimeout?: number;
    readonly Healthcheck?: Docker.HealthConfig & { readonly StartInterval?: number };
  };
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

function healthcheck(config: Inspected["Config"]): PropertyMap {
  const check = config.Healthcheck;
  if (check === undefined) return {};
  const test = typeof check.Test === "string" ? [check.Test] : (check.Test ?? []);
  return {
    healthcheck: {
      tests: test,
      interval: formatDuration(check.Interval ?? 0),
      timeout: formatDuration(check.Timeout ?? 0),
      startPeriod: formatDuration(check.StartPeriod ?? 0),
      startInterval: formatDuration(check.StartInterval ?? 0),
      retries: check.Retries ?? 0,
    },
  };
}

function mounts(host: Docker.HostConfig): PropertyValue {
  return (host.Mounts ?? []).map((mount) => ({
    type: mount.Type,
    source: mount.Source,
    target: mount.Target,
    readOnly: mount.ReadOnly ?? false,
    bindOptions: null,
    volumeOptions: null,
    tmpfsOptions: null,
  }));
}

/** What is read only when the program has set it. */
function whenSet(state: PropertyMap, host: Docker.HostConfig): PropertyMap {
  const added = host.CapAdd as string[] | null | undefined;
  const dropped = host.CapDrop as string[] | null | undefined;
  const capable = (added ?? []).length > 0 || (dropped ?? []).length > 0;
  return {
    ...(capable ? { capabilities: { adds: added ?? null, drops: dropped ?? null } } : {}),
    ...(isEmpty(state["logOpts"]) ? {} : { logOpts: host.LogConfig?.Config as PropertyMap }),
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
  const host = inspected.HostConfig;
  const config = inspected.Config;
  const tmpfs = host.Tmpfs as Record<string, string> | null | undefined;
  const entrypoint = config.Entrypoint as string[] | string | null | undefined;
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
    command: (config.Cmd as string[] | null | undefined) ?? [],
    entrypoints: typeof entrypoint === "string" ? [entrypoint] : (entrypoint ?? []),
    user: config.User,
    readOnly: host.ReadonlyRootfs ?? false,
    securityOpts: (host.SecurityOpt as string[] | null | undefined) ?? [],
    restart: host.RestartPolicy?.Name ?? "",
    maxRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0,
    init: host.Init ?? false,
    runtime: host.Runtime ?? "",
    platform: inspected.Platform,
    mounts: mounts(host),
    tmpfs: tmpfs ?? null,
    privileged: host.Privileged ?? false,
    publishAllPorts: host.PublishAllPorts ?? false,
    memory: megabytes(host.Memory),
    memorySwap: megabytes(host.MemorySwap),
    shmSize: megabytes(host.ShmSize),
    cpuShares: host.CpuShares ?? 0,
    cpuSet: host.CpusetCpus ?? "",
    logDriver: host.LogConfig?.Type ?? "",
    networkMode: host.NetworkMode ?? "",
    usernsMode: host.UsernsMode ?? "",
    ipcMode: host.IpcMode ?? "",
    groupAdds: (host.GroupAdd as string[] | null | undefined) ?? null,
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
