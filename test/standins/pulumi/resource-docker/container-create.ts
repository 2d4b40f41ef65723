import type Docker from "dockerode";
import type { PropertyMap } from "../shared/property-values";
import { parseDuration } from "./durations";
import { engineError } from "./engine-client";
import type { EngineClient } from "./engine-client";
import { isEmpty } from "./planning";
import { blockOf, blocksOf, flagOf, mapOf, numberOf, textOf, textsOf } from "./values";

const MEGABYTE = 1024 * 1024;

/** The property when it is set to something, in the shape that `read` gives it. */
function given<T>(state: PropertyMap, name: string, read: (properties: PropertyMap, name: string) => T): T | undefined {
  return isEmpty(state[name]) ? undefined : read(state, name);
}

/** Memory and swap in bytes; -1 is "no limit". */
export function memoryBytes(megabytes: number): number {
  return megabytes > 0 ? megabytes * MEGABYTE : megabytes;
}

function healthcheck(state: PropertyMap): Docker.HealthConfig | undefined {
  const block = blockOf(state, "healthcheck");
  if (block === undefined) return undefined;
  const config: Docker.HealthConfig & { StartInterval: number } = {
    Test: textsOf(block, "tests"),
    Interval: parseDuration(textOf(block, "interval")),
    Timeout: parseDuration(textOf(block, "timeout")),
    StartPeriod: parseDuration(textOf(block, "startPeriod")),
    StartInterval: parseDuration(textOf(block, "startInterval")),
    Retries: numberOf(block, "retries"),
  };
  return config;
}

function binds(state: PropertyMap): string[] {
  return blocksOf(state, "volumes").flatMap((volume) => {
    const path = textOf(volume, "containerPath");
    if (path === "")
      throw new Error("Unable to parse volumes: volume entry without container path or source container");
    const source = textOf(volume, "hostPath");
    return source === "" ? [] : [`${source}:${path}:${flagOf(volume, "readOnly") ? "ro" : "rw"}`];
  });
}

/** The options that the engine takes, without the one that stands for two lists of paths. */
function securityOptions(state: PropertyMap): Partial<Docker.HostConfig> {
  const all = textsOf(state, "securityOpts");
  if (all.length === 0) return {};
  const unconfined = all.includes("systempaths=unconfined") ? { MaskedPaths: [], ReadonlyPaths: [] } : {};
  return { SecurityOpt: all.filter((option) => option !== "systempaths=unconfined"), ...unconfined };
}

function hostConfig(client: EngineClient, state: PropertyMap): Docker.HostConfig {
  const capabilities = blockOf(state, "capabilities");
  const cgroupns = given(state, "cgroupnsMode", textOf);
  if (cgroupns !== undefined && !["private", "host"].includes(cgroupns)) {
    throw new Error("cgroupns_mode: invalid CGROUP mode, must be either 'private', 'host' or empty");
  }
  return {
    RestartPolicy: { Name: textOf(state, "restart"), MaximumRetryCount: numberOf(state, "maxRetryCount") },
    Mounts: blocksOf(state, "mounts").map((mount) => ({
      Type: textOf(mount, "type") as Docker.MountType,
      Source: textOf(mount, "source"),
      Target: textOf(mount, "target"),
      ReadOnly: flagOf(mount, "readOnly"),
    })),
    ...(isEmpty(state["volumes"]) ? {} : { Binds: binds(state) }),
    ReadonlyRootfs: flagOf(state, "readOnly"),
    LogConfig: { Type: textOf(state, "logDriver"), Config: mapOf(state, "logOpts") },
    Tmpfs: mapOf(state, "tmpfs"),
    ...(capabilities === undefined
      ? {}
      : { CapAdd: textsOf(capabilities, "adds"), CapDrop: textsOf(capabilities, "drops") }),
    ...securityOptions(state),
    Memory: memoryBytes(numberOf(state, "memory")),
    MemorySwap: memoryBytes(numberOf(state, "memorySwap")),
    NetworkMode: textOf(state, "networkMode"),
    PidMode: textOf(state, "pidMode"),
    ...(isEmpty(state["groupAdds"]) ? {} : { GroupAdd: textsOf(state, "groupAdds") }),
    // An older engine has one kind of namespace only.
    ...(cgroupns === undefined || !client.speaks("1.41") ? {} : { CgroupnsMode: cgroupns as "private" | "host" }),
    Init: flagOf(state, "init"),
  };
}

/** What the engine is asked to create. Throws for what the original refuses. */
export function createOptions(client: EngineClient, state: PropertyMap): Docker.ContainerCreateOptions {
  const command = textsOf(state, "command");
  if (command.includes("")) throw new Error("values for command may not be empty");
  const stopTimeout = given(state, "stopTimeout", numberOf);
  const volumes = blocksOf(state, "volumes").map((volume) => [textOf(volume, "containerPath"), {}] as const);
  const labels = blocksOf(state, "labels").map((label) => [textOf(label, "label"), textOf(label, "value")] as const);
  const check = healthcheck(state);
  const entrypoint = given(state, "entrypoints", textsOf);
  return {
    name: textOf(state, "name"),
    Image: textOf(state, "image"),
    Hostname: textOf(state, "hostname"),
    User: textOf(state, "user"),
    StopSignal: textOf(state, "stopSignal"),
    ...(stopTimeout === undefined ? {} : { StopTimeout: stopTimeout }),
    Env: textsOf(state, "envs"),
    ...(command.length === 0 ? {} : { Cmd: command }),
    ...(entrypoint === undefined ? {} : { Entrypoint: entrypoint }),
    Volumes: Object.fromEntries(volumes),
    Labels: Object.fromEntries(labels),
    ...(check === undefined ? {} : { Healthcheck: check }),
    HostConfig: hostConfig(client, state),
  };
}

/** Takes a new container off the default network and connects it to those it is given. */
export async function connectNetworks(docker: Docker, id: string, state: PropertyMap): Promise<void> {
  const networks = blocksOf(state, "networksAdvanced");
  if (networks.length === 0) return;
  try {
    await docker.getNetwork("bridge").disconnect({ Container: id });
  } catch (error) {
    const text = engineError(error).message;
    if (!text.includes("is not connected to the network bridge")) {
      throw new Error(`Unable to disconnect the default network: ${text}`, { cause: error });
    }
  }
  for (const network of networks) {
    const name = textOf(network, "name");
    try {
      await docker.getNetwork(name).connect({
        Container: id,
        EndpointConfig: { Aliases: textsOf(network, "aliases"), IPAMConfig: {} },
      });
    } catch (error) {
      throw new Error(`Unable to connect to network '${name}': ${engineError(error).message}`, { cause: error });
    }
  }
}

const HEALTH_POLL_MS = 1_000;

/** Waits for a container with a health check to be healthy. */
export async function waitForHealthy(docker: Docker, id: string, timeoutSeconds: number): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1_000;
  for (;;) {
    const inspected = await docker.getContainer(id).inspect();
    if (inspected.State.Health === undefined) {
      throw new Error(
        "you have supplied a 'wait' argument, but the container does not have a healthcheck defined. " +
          "Please remove the 'wait' argument or add a 'healthcheck' attribute",
      );
    }
    if (inspected.State.Health.Status === "healthy") return;
    const left = deadline - Date.now();
    if (left <= 0) throw new Error("container failed to be in healthy state");
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, HEALTH_POLL_MS)));
  }
}
