import { z } from "zod";

import { dockerNetwork, fileName, hostName, networkAddress, unique, uniqueBy, wholeNumber } from "./formats";
import { hostKey } from "./host-key";
import { perHost } from "./per-host";
import { stackSchema } from "./stack";
import { resettable } from "./resettable";
import { timeOfAtLeast } from "./time";
import { metaOf } from "./walk";

/**
 * The schema of a stack whose hosts form a Docker Swarm: it has `swarm` in place of `hosts`. What a Swarm's service can't have
 * is no setting of it; {@link refusedInSwarms} says why.
 */

const manager = z.strictObject({
  name: hostName.meta({ description: "The manager's name, for messages.", example: "manager-1" }),
  address: networkAddress.meta({ description: "Host name or IP address that ssh connects to.", example: "192.0.2.10" }),
  hostKey: hostKey.meta({
    description: "The manager's ed25519 key: what `ssh-keyscan -t ed25519 ADDRESS` prints, without the address.",
    example: "ssh-ed25519 AAAA… (as `ssh-keyscan -t ed25519 ADDRESS` prints it)",
  }),
  port: wholeNumber(1, 65535)
    .optional()
    .meta({ description: "sshd's port. Default: the stack's `port`.", example: 22 }),
});

/** A constraint on the nodes, in the form of `docker service create --constraint`. */
const constraint = z
  .string()
  .regex(
    /^(node\.(id|hostname|ip|role|platform\.(os|arch)|labels\.[A-Za-z0-9_.-]+)|engine\.labels\.[A-Za-z0-9_.-]+) ?(==|!=) ?[A-Za-z0-9_./-]+$/,
    "is a constraint on nodes, such as node.labels.zone == a",
  )
  .meta({ example: "node.labels.zone == a" });

/** The name of a node's label, which is the key of a tag. */
const nodeLabel = z
  .string()
  .max(100, "has at most 100 characters")
  .regex(/^[a-z][a-z0-9_./-]*$/, "is the name of a label in lower case, such as zone")
  .refine((name) => !["project", "environment", "stack", "host"].includes(name), {
    message: "can't be: project, environment, stack and host are set by other settings; choose another label",
  })
  .meta({ example: "zone" });

/** A network that the program creates in the Swarm. */
const newNetwork = z
  .string()
  .max(63, "has at most 63 characters")
  .regex(
    /^(?!(?:none|host|bridge|ingress|docker_gwbridge)$)[a-zA-Z0-9][a-zA-Z0-9_.-]*$/,
    "is the name of a new network",
  );

/** Without a delay, the engine may begin with the next node before it has taken note that the last one failed. */
const delay = timeOfAtLeast(1, "30s");

/** A broken agent needs some time to show. */
const monitor = timeOfAtLeast(5, "30s");

const update = z.strictObject({
  parallelism: wholeNumber(1, 1000).optional().meta({
    description: "How many nodes change at the same time.",
    example: 2,
  }),
  delay: delay.optional().meta({
    description: "How long a changed node runs the change before the next ones get it. Default: 1s.",
    example: "10m",
  }),
  monitor: monitor.optional().meta({
    description:
      "How long after its change a node's failure still rolls back all nodes. Default: 30s, or `delay` if that is longer.",
    example: "30s",
  }),
});

/** The name of a service, which in a stack of Docker begins with that stack's name: `shop_cart`. */
const serviceName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, "is the name of a service, such as shop_cart");

/** The name of a secret, as `docker secret create` takes it. */
const secretName = z
  .string()
  .regex(/^[a-zA-Z0-9](?:[a-zA-Z0-9_.-]{0,62}[a-zA-Z0-9])?$/, "is the name of a secret, such as cart-redis");

const password = z.strictObject({
  name: fileName.meta({ description: "The name that a container declares.", example: "cart-redis" }),
  secret: secretName.optional().meta({
    description: "Name of the Swarm's secret that holds the password. Default: `name`.",
    example: "cart-redis-2",
  }),
  services: unique(z.array(serviceName).min(1, "needs at least one service")).meta({
    description: "Names of the services whose containers may use it.",
    example: ["shop_cart"],
  }),
  network: dockerNetwork.meta({
    description: "The network on which they use it; the agent must be on it too.",
    example: "backend",
  }),
});

const swarm = z.strictObject({
  managers: uniqueBy("name", z.array(manager).min(1, "needs at least one manager")).meta({
    description: "Managers of the Swarm, in the order in which they are tried. One that answers is enough.",
    example: [{ name: "manager-1", address: "192.0.2.10", hostKey: "ssh-ed25519 AAAA…" }],
  }),
  ...resettable({
    networks: unique(z.array(newNetwork))
      .optional()
      .meta({
        description:
          "Attachable overlay networks that the program creates; the agent joins them, and services and containers can. Networks that exist already go into `networks`.",
        example: ["watched"],
      }),
    placement: unique(z.array(constraint))
      .optional()
      .meta({
        description: "Constraints on the nodes that are watched. Default: all nodes.",
        example: ["node.labels.zone == a"],
      }),
    nodeLabels: unique(z.array(nodeLabel))
      .optional()
      .meta({
        description:
          "Labels of the nodes that become tags of their agents, such as `zone:a` ([when](swarm.md#tags-of-nodes)).",
        example: ["zone"],
      }),
    passwords: uniqueBy("name", z.array(password))
      .optional()
      .meta({
        description:
          "Secrets of the Swarm with passwords, and the services that may use them ([how](swarm.md#passwords)). A container that declares `PASSWORD_FILE=NAME` but is no task of these gets no password.",
        example: [{ name: "cart-redis", services: ["shop_cart"], network: "backend" }],
      }),
    update: update.optional().meta({
      description: "How a change goes to the nodes. The engine rolls back by itself if a changed node fails.",
      example: { parallelism: 2 },
    }),
  }),
});

const { agent, dogstatsd, apm } = perHost;

/** What a Swarm has of a host's settings: those of the connection go for its managers, the others for its nodes. */
const settings = {
  user: perHost.user.meta({
    description: "The user on the managers, who must be allowed to use Docker.",
    example: "core",
  }),
  port: perHost.port,
  privateKeyFile: perHost.privateKeyFile,
  jump: perHost.jump,
  networks: perHost.networks.meta({
    description: "Overlay networks of the Swarm that the agent joins.",
    example: ["backend"],
  }),
  tags: perHost.tags,
  integrations: perHost.integrations,
  discovery: perHost.discovery,
  site: perHost.site,
  intake: perHost.intake,
  proxy: perHost.proxy,
  agent: agent
    .unwrap()
    .extend({
      generation: z.literal([7]).optional().meta({ description: "A Swarm has generation 7 only.", example: 7 }),
      network: z.enum(["bridge"]).optional().meta({
        description: "`bridge`: the default bridge of each node and the overlay networks.",
        example: "bridge",
      }),
    })
    .optional()
    .meta({ ...metaOf(agent) }),
  generator: perHost.generator,
  logs: perHost.logs,
  dogstatsd: z
    .strictObject({
      socket: dogstatsd.unwrap().shape.socket.meta({
        description:
          "Takes metrics at the socket `dsd.socket` in the volume `datadog-sockets` of each node, which services mount ([how](swarm.md#logs-and-applications)).",
        example: true,
      }),
      cardinality: dogstatsd.unwrap().shape.cardinality,
    })
    .optional()
    .meta({ ...metaOf(dogstatsd) }),
  apm: z
    .strictObject({
      socket: apm.unwrap().shape.socket.meta({
        description:
          "Takes traces at the socket `apm.socket` in the volume `datadog-sockets` of each node, which services mount ([how](swarm.md#logs-and-applications)).",
        example: true,
      }),
    })
    .optional()
    .meta({ ...metaOf(apm) }),
  processes: perHost.processes,
};

export const swarmStackSchema = z.strictObject({
  project: stackSchema.shape.project,
  environment: stackSchema.shape.environment,
  swarm: swarm.meta({
    description: "The Docker Swarm that is watched, in place of `hosts`.",
    example: { managers: [{ name: "manager-1", address: "192.0.2.10", hostKey: "ssh-ed25519 AAAA…" }] },
  }),
  apiKey: stackSchema.shape.apiKey,
  registries: stackSchema.shape.registries,
  formerStackNames: stackSchema.shape.formerStackNames,
  ...resettable(settings),
});

/** A Swarm stack's settings as they were written. */
export type SwarmStackSettings = z.output<typeof swarmStackSchema>;

/** Why applications can't reach their node's agent over a network. */
const otherNodes =
  "can't be set with swarm: the name dd-agent leads to the agents of all nodes, so data would get the tags of other hosts";

/** Why a setting can't be had with `swarm`, and what to do, to be read after its path. */
export const refusedInSwarms: Readonly<Record<string, string>> = {
  hosts: "can't be set together with swarm, which names the managers only and watches every node; keep one of the two",
  canary: "can't be set with swarm: the engine changes one node after the other by itself; remove it (swarm.update)",
  rollout: "can't be set with swarm: the engine rolls changes out and back by itself; remove it (swarm.update)",
  root: "can't be set with swarm: no files are put on nodes; remove it",
  links: "can't be set with swarm: the agent is known as dd-agent on each of its networks; use networks",
  passwordFiles:
    "can't be set with swarm: they lie on one host and are bound to names of containers, which tasks don't have; use swarm.passwords",
  adopt: "can't be set with swarm: services take over no containers; remove the old ones from each node, and remove it",
  "dogstatsd.network": `${otherNodes}; use dogstatsd: { socket: true }`,
  "apm.network": `${otherNodes}; use apm: { socket: true }`,
  socketFilter:
    "can't be set with swarm: services start in no order, so agent and generator would fail whenever the filter is not up; remove it, or use hosts in place of swarm",
  "agent.generation":
    "is not 7: generation 5 reads its configs only after a signal, which needs the host's process ids, and a service can't have them; use generation 7, or hosts in place of swarm",
  "agent.network":
    "is not bridge: on the host's own network an agent reaches no overlay network; remove it, or use hosts in place of swarm",
};
