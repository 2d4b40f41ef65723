import { z } from "zod";

import { wholeNumber } from "./formats";

/** Collection of containers' logs, and rotation of the logs of this program's own containers. */
export const logs = z.strictObject({
  all: z.boolean().optional().meta({
    description:
      "Collects the logs of all containers but those that declare `LOGS=false` ([how](applications.md#logs)). Needs generation 7.",
    example: true,
  }),
  declared: z.boolean().optional().meta({
    description: "Collects the logs of containers that declare `LOGS=true`. Needs generation 7.",
    example: true,
  }),
  maxSizeMiB: wholeNumber(1, 1024).optional().meta({
    description: "Size in MiB at which a log file of the agent's or the generator's container is rotated.",
    example: 10,
  }),
  maxFiles: wholeNumber(1, 100)
    .optional()
    .meta({ description: "Number of log files that are kept for each of these two containers.", example: 3 }),
});

/** Metrics that applications send. */
export const dogstatsd = z.strictObject({
  socket: z.boolean().optional().meta({
    description:
      "Takes metrics at the socket `dsd.socket` in the folder `<root>/generated/sockets` of the host, which containers mount.",
    example: true,
  }),
  network: z.boolean().optional().meta({
    description:
      "Takes metrics at UDP port 8125 on the agent's Docker networks; containers on the networks in `links` reach it as `dd-agent`.",
    example: true,
  }),
  cardinality: z.enum(["low", "orchestrator", "high"]).optional().meta({
    description:
      "How many tags of the sending container a metric gets. `high` adds its name and id: each container then is a series of its own, which Datadog counts.",
    example: "low",
  }),
});

/** Traces that applications send. */
export const apm = z.strictObject({
  socket: z.boolean().optional().meta({
    description:
      "Takes traces at the socket `apm.socket` in the folder `<root>/generated/sockets` of the host, which containers mount.",
    example: true,
  }),
  network: z.boolean().optional().meta({
    description:
      "Takes traces at TCP port 8126 on the agent's Docker networks; containers on the networks in `links` reach it as `dd-agent`.",
    example: true,
  }),
});

/** Monitoring of processes and containers as live lists. */
export const processes = z.strictObject({
  live: z.boolean().optional().meta({
    description:
      "Sends the list of all processes of the host and its containers to Datadog, every 10 seconds ([costs](applications.md#processes)).",
    example: true,
  }),
  arguments: z.boolean().optional().meta({
    description:
      "Sends the processes' arguments too. They may hold secrets: the agent masks only what follows words such as `password`.",
    example: true,
  }),
  containers: z.boolean().optional().meta({
    description:
      "Sends the list of all containers with their use of processor and memory. Default: as the agent's image does; without `intake`, that is yes.",
    example: false,
  }),
});
