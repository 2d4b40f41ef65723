import type { ContainerCreateOptions, NetworkCreateOptions } from "dockerode";

/** The image of every specimen: a static busybox and nothing else. */
export const specimenImage = "datadog-hosts-specimen:1";

/** A throw-away container that is recorded. */
export interface Specimen {
  name: string;
  options: ContainerCreateOptions;
  /** Networks to join after the creation, with the aliases there. */
  joins?: Record<string, string[]>;
  /** What becomes of it before the recording. Default "running". */
  state?: "running" | "created" | "exited";
}

/** The networks that the specimens join; the addresses are private ones that a default installation leaves alone. */
export const specimenNetworks: NetworkCreateOptions[] = [
  { Name: "specimen-apps", IPAM: { Driver: "default", Config: [{ Subnet: "10.211.1.0/24" }] } },
  { Name: "specimen-internal", Internal: true, IPAM: { Driver: "default", Config: [{ Subnet: "10.211.2.0/24" }] } },
  {
    Name: "specimen-dual",
    EnableIPv6: true,
    IPAM: { Driver: "default", Config: [{ Subnet: "10.211.3.0/24" }, { Subnet: "fd00:d00d:3::/64" }] },
  },
];

const second = 1_000_000_000;

/** One container for each form of answer that a template can meet. */
export const specimens: Specimen[] = [
  {
    name: "specimen-bridge",
    options: {
      Env: ["SERVICE=redis", "PROJECT=shop", "ENVIRONMENT=staging", "EMPTY="],
      Labels: { "com.example.owner": "shop team" },
      ExposedPorts: { "6379/tcp": {} },
    },
  },
  {
    name: "specimen-network",
    options: {
      ExposedPorts: { "8080/tcp": {}, "80/tcp": {}, "53/udp": {} },
      HostConfig: {
        NetworkMode: "specimen-apps",
        PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "18080" }] },
      },
      NetworkingConfig: { EndpointsConfig: { "specimen-apps": { Aliases: ["web"] } } },
    },
  },
  {
    name: "specimen-two-networks",
    options: { ExposedPorts: { "6379/tcp": {} } },
    joins: { "specimen-apps": ["cache", "cache-1"] },
  },
  {
    name: "specimen-internal",
    options: { ExposedPorts: { "5432/tcp": {} }, HostConfig: { NetworkMode: "specimen-internal" } },
  },
  {
    name: "specimen-dual",
    options: { ExposedPorts: { "11211/tcp": {} }, HostConfig: { NetworkMode: "specimen-dual" } },
  },
  { name: "specimen-host", options: { ExposedPorts: { "6379/tcp": {} }, HostConfig: { NetworkMode: "host" } } },
  {
    name: "specimen-joined",
    options: { HostConfig: { NetworkMode: "container:specimen-bridge" } },
  },
  { name: "specimen-isolated", options: { HostConfig: { NetworkMode: "none" } } },
  {
    name: "specimen-checked",
    options: {
      ExposedPorts: { "6379/tcp": {} },
      Healthcheck: { Test: ["CMD", "/bin/busybox", "true"], Interval: second, Timeout: second },
      HostConfig: { Mounts: [{ Type: "tmpfs", Source: "", Target: "/data" }] },
    },
  },
  { name: "specimen-exited", options: { ExposedPorts: { "6379/tcp": {} } }, state: "exited" },
  { name: "specimen-created", options: { ExposedPorts: { "6379/tcp": {} } }, state: "created" },
];

/** The overlay network of {@link swarmSpecimens}. */
export const swarmNetwork = "specimen-overlay";

const task = "docker service create --detach --no-resolve-image --mode global";
const redis = "--env SERVICE=redis";
const sleep = `${specimenImage} /bin/busybox sleep 600`;

/**
 * The commands that make a Swarm of one node with a service for each form of answer that a task can give: the agent on the
 * default bridge and an overlay network, applications on several networks, with a published port or without, and a
 * container beside them.
 */
export const swarmSpecimens: readonly string[] = [
  `docker network create --driver overlay --attachable ${swarmNetwork}`,
  "docker network create --driver overlay --attachable specimen-elsewhere",
  `${task} --name dd-agent --container-label datadog-hosts.role=agent --network bridge --network ${swarmNetwork} ${sleep}`,
  `${task} --name specimen-shared --network ${swarmNetwork} --publish 16379:6379 ${redis} --label datadog-hosts.project=lost ${sleep}`,
  `${task} --name specimen-two --network specimen-elsewhere --network ${swarmNetwork} ${redis} ${sleep}`,
  `${task} --name specimen-apart --network specimen-elsewhere ${redis} ${sleep}`,
  `${task} --name specimen-published --publish 16380:6379 ${redis} ${sleep}`,
  `${task} --name specimen-plain ${redis} ${sleep}`,
  `docker run --detach --name specimen-beside --network ${swarmNetwork} ${redis} ${sleep}`,
];
