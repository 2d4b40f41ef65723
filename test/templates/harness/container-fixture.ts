import { createHash } from "node:crypto";
import type { EngineContainer, JsonObject } from "./recording";

/**
 * The engines whose answers can be built. 20.10 (API 1.41) and 26.1 (API 1.45) are those of Debian 12 and 13; 29
 * (API 1.52) is written from the API's change log and was never compared with a running engine.
 */
export type EngineVersion = "20.10" | "26.1" | "29";

/** A container's place on one network. */
export interface NetworkPlace {
  /** IPv4 address; leave it out on a network without IPv4. */
  ip?: string;
  /** Global IPv6 address; leave it out on a network without IPv6. */
  ipv6?: string;
  /** Default: none. */
  gateway?: string;
  /** Default: none. */
  ipv6Gateway?: string;
  /** Default: none. Engines before API 1.45 add the short id of the container on networks that users made. */
  aliases?: string[];
  /** Whether the network has no way out. Default false. */
  internal?: boolean;
}

/** What a container is; everything but the name has a default. */
export interface ContainerOptions {
  name: string;
  /** Default: a hash of the name, 64 hexadecimal digits. */
  id?: string;
  /** Default: none. */
  env?: Record<string, string>;
  /** Entries of the environment that `env` cannot hold, such as one without "="; they come after those of `env`. */
  rawEnv?: string[];
  /** Default: none; null is what the API may answer for none. */
  labels?: Record<string, string> | null;
  /** Ports of the image or of `--expose`, such as `6379` (TCP) or `"53/udp"`. Default: none. */
  exposedPorts?: (number | string)[];
  /** Published ports by container port; they are exposed as well. Default: none. */
  publishedPorts?: Record<string, { hostPort: string; hostIp?: string }>;
  /** Default: the default bridge at 172.17.0.2, or nothing where `networkMode` leaves no network of its own. */
  networks?: Record<string, NetworkPlace>;
  /** `host`, `none`, `container:<id>` or a network's name. Default: the first of `networks`. */
  networkMode?: string;
  /** Default true. Shorthand for `state`. */
  running?: boolean;
  /** Default `running`, or `exited` if `running` is false. */
  state?: "created" | "running" | "paused" | "restarting" | "exited" | "dead";
  /** Result of the health check. Default: the container has none. */
  health?: "starting" | "healthy" | "unhealthy";
  /** Default `example:1`. */
  image?: string;
  /** Default: the short id. */
  hostname?: string;
}

/** A container together with the engine that answers for it. */
export interface ContainerFixture extends EngineContainer {
  summary: JsonObject;
  inspect: JsonObject;
  engine: EngineVersion;
  id: string;
  name: string;
  /** Which of its networks are internal. */
  networks: Record<string, { internal: boolean }>;
}

const createdAt = "2026-01-02T03:04:05.678901234Z";
const defaultPlace: Record<string, NetworkPlace> = { bridge: { ip: "172.17.0.2", gateway: "172.17.0.1" } };
const builtIn = new Set(["bridge", "host", "none"]);

const digest = (...parts: string[]): string => createHash("sha256").update(parts.join("\0")).digest("hex");
const portKey = (port: number | string): string => (String(port).includes("/") ? String(port) : `${port}/tcp`);

/** The networks that the engine lists for a container, with places on host and none that have no address. */
function placesOf(options: ContainerOptions): Record<string, NetworkPlace> {
  if (options.networks !== undefined) {
    return options.networks;
  }
  const mode = options.networkMode ?? "bridge";
  if (mode.startsWith("container:")) {
    return {};
  }
  return mode === "bridge" || mode === "default" ? defaultPlace : { [mode]: {} };
}

/** The answer for one network; a container that does not run keeps the network but has no address there. */
function endpoint(options: ContainerOptions, id: string, engine: EngineVersion, name: string, up: boolean): JsonObject {
  const place = placesOf(options)[name] ?? {};
  const shown = up ? place : {};
  const shortId = id.slice(0, 12);
  const own = place.aliases ?? [];
  // An internal network's gateway leads nowhere; engines stopped to show it.
  const hasGateway = place.internal !== true || engine === "20.10";
  const isUserNetwork = !builtIn.has(name);
  const aliases = engine === "20.10" && isUserNetwork ? [...own, shortId] : own;
  return {
    IPAMConfig: null,
    Links: null,
    Aliases: aliases.length > 0 ? aliases : null,
    ...(engine === "20.10" ? {} : { DNSNames: isUserNetwork ? [options.name, ...own, shortId] : null }),
    ...(engine === "29" ? { GwPriority: 0 } : {}),
    NetworkID: options.state === "created" ? "" : digest("network", name),
    EndpointID: up ? digest("endpoint", id, name) : "",
    Gateway: hasGateway ? (shown.gateway ?? "") : "",
    IPAddress: shown.ip ?? "",
    IPPrefixLen: shown.ip === undefined ? 0 : 16,
    IPv6Gateway: shown.ipv6Gateway ?? "",
    GlobalIPv6Address: shown.ipv6 ?? "",
    GlobalIPv6PrefixLen: shown.ipv6 === undefined ? 0 : 64,
    MacAddress: shown.ip === undefined && shown.ipv6 === undefined ? "" : "02:42:ac:11:00:02",
    DriverOpts: null,
  };
}

/** The addresses of the default bridge, which engines before API 1.52 repeat at the top. */
function legacyFields(engine: EngineVersion, bridge: JsonObject | undefined): JsonObject {
  if (engine === "29") {
    return {};
  }
  const repeated = ["EndpointID", "Gateway", "GlobalIPv6Address", "IPAddress", "IPv6Gateway", "MacAddress"];
  const lengths = ["GlobalIPv6PrefixLen", "IPPrefixLen"];
  return {
    Bridge: "",
    HairpinMode: false,
    LinkLocalIPv6Address: "",
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    ...Object.fromEntries(repeated.map((field) => [field, bridge?.[field] ?? ""])),
    ...Object.fromEntries(lengths.map((field) => [field, bridge?.[field] ?? 0])),
  };
}

/** The ports of the network settings: none unless the container runs on a network of the engine that has a way out. */
function portsOf(options: ContainerOptions, exposed: string[], up: boolean): JsonObject {
  const places = Object.entries(placesOf(options));
  const forwards = places.some(([name, place]) => name !== "host" && name !== "none" && place.internal !== true);
  if (!up || !forwards) {
    return {};
  }
  const binding = (port: string): unknown => {
    const published = options.publishedPorts?.[port];
    return published === undefined ? null : [{ HostIp: published.hostIp ?? "0.0.0.0", HostPort: published.hostPort }];
  };
  return Object.fromEntries(exposed.map((port) => [port, binding(port)]));
}

/** The mode as the engine shows it: the default bridge was called "default" before version 26. */
function modeOf(options: ContainerOptions, engine: EngineVersion): string {
  const mode = options.networkMode ?? Object.keys(placesOf(options))[0] ?? "none";
  return mode === "bridge" && engine === "20.10" ? "default" : mode;
}

/**
 * Builds what an engine answers for a container, with the fields that a generator or a test reads.
 *
 * @param options what the container is
 * @param engine the engine whose form the answers have. Default "20.10"
 */
export function containerFixture(options: ContainerOptions, engine: EngineVersion = "20.10"): ContainerFixture {
  const id = options.id ?? digest("container", options.name);
  const state = options.state ?? (options.running === false ? "exited" : "running");
  const up = state === "running" || state === "paused";
  const exposed = [
    ...new Set([...(options.exposedPorts ?? []), ...Object.keys(options.publishedPorts ?? {})].map(portKey)),
  ].sort();
  const env = [...Object.entries(options.env ?? {}).map(([key, value]) => `${key}=${value}`), ...(options.rawEnv ?? [])];
  const labels = options.labels === undefined ? {} : options.labels;
  const places = placesOf(options);
  const networks = Object.fromEntries(
    Object.keys(places).map((name) => [name, endpoint(options, id, engine, name, up)]),
  );
  // The list, unlike the details, has no aliases.
  const unnamed = engine === "20.10" ? { Aliases: null } : { Aliases: null, DNSNames: null };
  const listed = Object.fromEntries(
    Object.entries(networks).map(([name, network]) => [name, { ...network, ...unnamed }]),
  );
  const mode = modeOf(options, engine);

  return {
    engine,
    id,
    name: options.name,
    networks: Object.fromEntries(
      Object.entries(places).map(([name, place]) => [name, { internal: place.internal === true }]),
    ),
    summary: {
      Id: id,
      Names: [`/${options.name}`],
      Image: options.image ?? "example:1",
      ImageID: `sha256:${digest("image", options.image ?? "example:1")}`,
      Command: "/bin/example",
      Created: Math.floor(Date.parse(createdAt) / 1000),
      Labels: labels,
      State: state,
      Status: up ? "Up 5 seconds" : "",
      HostConfig: { NetworkMode: mode },
      NetworkSettings: { Networks: listed },
      Mounts: [],
    },
    inspect: {
      Id: id,
      Created: createdAt,
      State: {
        Status: state,
        Running: up || state === "restarting",
        Paused: state === "paused",
        Restarting: state === "restarting",
        Dead: state === "dead",
        Pid: up ? 4242 : 0,
        ExitCode: 0,
        ...(options.health === undefined ? {} : { Health: { Status: options.health, FailingStreak: 0, Log: [] } }),
      },
      Name: `/${options.name}`,
      HostConfig: { NetworkMode: mode },
      Mounts: [],
      Config: {
        Hostname: options.hostname ?? id.slice(0, 12),
        ...(exposed.length > 0 ? { ExposedPorts: Object.fromEntries(exposed.map((port) => [port, {}])) } : {}),
        Env: env.length > 0 ? env : null,
        Image: options.image ?? "example:1",
        Labels: labels,
      },
      NetworkSettings: {
        Ports: portsOf(options, exposed, up),
        ...legacyFields(engine, networks["bridge"]),
        Networks: networks,
      },
    },
  };
}
