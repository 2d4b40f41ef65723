import { z } from "zod";

import { integrationNames } from "../../integrations";
import { apm, dogstatsd, logs, processes } from "./applications";
import { agent, generator, links, networks } from "./container";
import {
  absolutePath,
  containerName,
  dockerNetwork,
  fileName,
  httpAddress,
  image,
  listedAddress,
  networkAddress,
  unique,
  uniqueBy,
  site,
  tag,
  userName,
  wholeNumber,
} from "./formats";
import { hostKey } from "./host-key";

const jump = z.strictObject({
  address: networkAddress.meta({
    description: "Host name or IP address of the jump host.",
    example: "bastion.example",
  }),
  port: wholeNumber(1, 65535).optional().meta({ description: "sshd's port there. Default: 22.", example: 22 }),
  user: userName.optional().meta({ description: "The user there. Default: the host's user.", example: "core" }),
  hostKey: hostKey.meta({
    description: "The jump host's own ed25519 key; it is verified too.",
    example: "ssh-ed25519 AAAA…",
  }),
});

const proxy = z.strictObject({
  http: httpAddress.optional().meta({ description: "Proxy for http addresses.", example: "http://proxy.example:3128" }),
  https: httpAddress
    .optional()
    .meta({ description: "Proxy for https addresses.", example: "http://proxy.example:3128" }),
  noProxy: unique(z.array(listedAddress))
    .optional()
    .meta({ description: "Addresses that are reached without the proxy.", example: ["10.0.0.1"] }),
});

const passwordFile = z.strictObject({
  name: fileName.meta({
    description: "The file's name in `<root>/config/secrets` on the host; a container declares it.",
    example: "cart-redis",
  }),
  containers: unique(z.array(containerName).min(1, "needs at least one container")).meta({
    description: "Names of the containers that may use it.",
    example: ["shop-cart-redis-1"],
  }),
  network: dockerNetwork.meta({
    description: "The Docker network on which they use it; the agent must be on it too.",
    example: "backend",
  }),
});

/** The settings that can be set for the whole stack and for each host. */
export const perHost = {
  user: userName
    .optional()
    .meta({ description: "The user on the host, who must be allowed to use Docker.", example: "core" }),
  port: wholeNumber(1, 65535).optional().meta({ description: "sshd's port.", example: 22 }),
  privateKeyFile: z.string().min(1, "is a file's path").optional().meta({
    description:
      "The private key file for the host. Default: the keys of your ssh agent. `~` is the home folder; a relative path starts at the repository's root.",
    example: "~/.ssh/id_ed25519",
  }),
  jump: jump.optional().meta({
    description: "The jump host that the connection goes through.",
    example: { address: "bastion.example", hostKey: "ssh-ed25519 AAAA…" },
  }),
  root: absolutePath.optional().meta({
    description: "The folder on the host with all files of this program. Default: `datadog` in the user's home.",
    example: "/home/core/datadog",
  }),
  networks: networks.optional().meta({
    description: "Docker networks of the host that the agent joins, in addition to the default bridge.",
    example: ["backend"],
  }),
  links: links.optional().meta({
    description: "Docker networks that the agent joins under the name `dd-agent`; this replaces `--link`.",
    example: ["frontend"],
  }),
  passwordFiles: uniqueBy("name", z.array(passwordFile))
    .optional()
    .meta({
      description:
        "Password files on the host, with the containers that may use them ([how](passwords.md)). A container that declares `PASSWORD_FILE=NAME` but is not listed here gets no password.",
      example: [{ name: "cart-redis", containers: ["shop-cart-redis-1"], network: "backend" }],
    }),
  tags: unique(z.array(tag))
    .optional()
    .meta({ description: "Further tags of all series.", example: ["team:platform"] }),
  integrations: unique(z.array(z.enum(integrationNames)).min(1, "needs at least one integration"))
    .optional()
    .meta({
      description:
        "The integrations to collect from. The host itself is always monitored, and nothing else; `discovery` changes that.",
      example: ["docker", "redisdb"],
    }),
  discovery: z.enum(["none", "agent"]).optional().meta({
    description:
      "`agent` lets generation 7 discover by itself what `integrations` does not list ([what that means](security.md#the-agents-own-discovery)): the checks that containers order by `com.datadoghq.ad.*` labels, containers whose image it knows, and the Docker engine. Use it only if you trust every container on the host: any of them could get the API key.",
    example: "agent",
  }),
  site: site.optional().meta({ description: "The Datadog site that receives the data.", example: "datadoghq.eu" }),
  intake: httpAddress.optional().meta({
    description:
      "Address that receives the data in place of the site; data that can't be sent there is off ([which](migration.md#generation-7)).",
    example: "https://intake.example",
  }),
  proxy: proxy.optional().meta({
    description: "The proxy between the agent and the intake; checks of containers don't use it.",
    example: { https: "http://proxy.example:3128" },
  }),
  agent: agent.optional().meta({ description: "The agent's container.", example: { memoryMiB: 512 } }),
  generator: generator.optional().meta({ description: "The generator's container.", example: { memoryMiB: 128 } }),
  logs: logs.optional().meta({
    description: "Collection of containers' logs, and rotation of the logs of the agent and the generator.",
    example: { all: true },
  }),
  dogstatsd: dogstatsd.optional().meta({
    description: "Metrics that applications send to the agent ([how](applications.md#metrics)). Needs generation 7.",
    example: { socket: true },
  }),
  apm: apm.optional().meta({
    description: "Traces that applications send to the agent ([how](applications.md#traces)). Needs generation 7.",
    example: { socket: true },
  }),
  processes: processes.optional().meta({
    description:
      "Live processes and live containers ([what they cost](applications.md#processes)). Needs generation 7.",
    example: { live: true },
  }),
  socketFilter: z
    .strictObject({
      image: image.meta({
        description: "An image with haproxy 2.4 or newer and a shell, such as `haproxy:3.0`.",
        example: "haproxy:3.0",
      }),
    })
    .optional()
    .meta({
      description:
        "A further container, `datadog-filter`, between the Docker engine and the agent and generator: it lets through only the calls that they need ([which](security.md#the-socket-filter)).",
      example: { image: "haproxy:3.0" },
    }),
  adopt: z.boolean().optional().meta({
    description:
      "Takes over a host that already runs a `dd-agent` and a docker-gen: they are removed once the new containers are healthy.",
    example: true,
  }),
};

/** A stack's or a host's values of these settings. */
export type PerHost = z.output<z.ZodObject<typeof perHost>>;

/** The defaults. Settings that are absent here have no fixed default. */
export const defaults = {
  user: "core",
  port: 22,
  networks: [] as string[],
  links: [] as string[],
  passwordFiles: [] as { name: string; containers: string[]; network: string }[],
  tags: [] as string[],
  integrations: [...integrationNames],
  discovery: "none",
  site: "datadoghq.com",
  proxy: { noProxy: [] as string[] },
  agent: {
    generation: 7,
    network: "bridge",
    pollSeconds: 5,
    resolveHandles: false,
    memoryMiB: 512,
    environment: {} as Record<string, string>,
    labels: {} as Record<string, string>,
    mounts: [] as { source: string; target: string; readOnly?: boolean }[],
    healthCheck: {},
  },
  generator: {
    image: "nginxproxy/docker-gen:0.17.2",
    memoryMiB: 128,
    wait: { longest: "2s" },
    environment: {} as Record<string, string>,
    labels: {} as Record<string, string>,
    mounts: [] as { source: string; target: string; readOnly?: boolean }[],
    healthCheck: {},
  },
  logs: { all: false, declared: false, maxSizeMiB: 10, maxFiles: 3 },
  dogstatsd: { socket: false, network: false, cardinality: "low" },
  apm: { socket: false, network: false },
  processes: { live: false, arguments: false },
  adopt: false,
} as const satisfies PerHostDefaults;

type PerHostDefaults = { readonly [Key in keyof PerHost]?: unknown };
