import { z } from "zod";

import { integrationNames } from "../integrations";
import { hostKeyProblem } from "./host-key";

/**
 * The one schema of a stack's settings: what may stand under `datadog-hosts:` in a stack file, with its defaults.
 * `read.ts` reads the values; types, messages and documentation follow from here.
 */

const name = (what: string): z.ZodString =>
  z
    .string()
    .max(63, `${what} has at most 63 characters`)
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, `${what} is lower case letters, digits, "-" and "." such as "web-1"`);

/** A tag's value: Datadog lower-cases tags and replaces all but these characters, so nothing else is let in. */
const tagValue = z
  .string()
  .max(100, "a tag's value has at most 100 characters")
  .regex(/^[a-z0-9][a-z0-9_./-]*$/, 'a tag\'s value is lower case letters, digits and "_-./", such as "shop"');

const tag = z
  .string()
  .max(200, "a tag has at most 200 characters")
  .regex(/^[a-z][a-z0-9_./-]*:[a-z0-9_./:-]+$/, 'a tag is "key:value" in lower case, such as "team:payments"')
  .refine((value) => !/^(project|environment|stack):/.test(value), {
    message: '"project", "environment" and "stack" are set by the settings of these names; choose another key',
  });

const absolutePath = z
  .string()
  .regex(
    /^\/[A-Za-z0-9._/-]*[A-Za-z0-9._-]$/,
    "is an absolute path without spaces and final slash, such as /opt/datadog",
  );

const httpAddress = z
  .string()
  .regex(
    /^https?:\/\/[^\s/]+(\/[^\s]*)?$/,
    "is an address with http:// or https://, such as http://proxy.example:3128",
  );

const image = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._/:-]*(@sha256:[0-9a-f]{64})?$/,
    "is an image reference, such as registry.example/datadog/agent:7.60.0 or …@sha256:…",
  );

const wholeNumber = (low: number, high: number): z.ZodNumber => z.int().min(low).max(high);

const mount = z.strictObject({
  /** A folder or file of the host. It must be there. */
  source: absolutePath,
  /** Where the container sees it. */
  target: absolutePath,
  readOnly: z.boolean().default(true),
});

const healthCheck = z.strictObject({
  /** The command, as Docker takes it: ["CMD", …] or ["CMD-SHELL", "…"]. */
  test: z.array(z.string()).min(2).optional(),
  intervalSeconds: wholeNumber(1, 3600).optional(),
  timeoutSeconds: wholeNumber(1, 3600).optional(),
  retries: wholeNumber(1, 100).optional(),
  startSeconds: wholeNumber(0, 3600).optional(),
});

const container = (defaults: { memoryMiB: number }) => ({
  /** Upper limit of memory in MiB; swap is not added to it. */
  memoryMiB: wholeNumber(32, 65536).default(defaults.memoryMiB),
  /** Further environment variables. What the program sets itself is refused here. */
  environment: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
  labels: z.record(z.string().regex(/^[a-z0-9][a-zA-Z0-9._/-]*$/), z.string()).default({}),
  mounts: z.array(mount).default([]),
  /** Parts of the health check that differ from the container's own. */
  healthCheck: healthCheck.default({}),
});

const agent = z.strictObject({
  /** 7 is today's agent, 5 that of `datadog/docker-dd-agent`. */
  generation: z.union([z.literal(7), z.literal(5)], "is 7 or 5").default(7),
  ...container({ memoryMiB: 512 }),
  /** Default: the generation's. */
  image: image.optional(),
  /** `bridge`: the default bridge and the networks that are listed; `host`: the host's own network. */
  network: z.enum(["bridge", "host"]).default("bridge"),
  /** How often the agent looks for changed integration configs, in seconds. */
  pollSeconds: wholeNumber(1, 300).default(5),
});

const duration = z.string().regex(/^\d+(ms|s|m)$/, 'is a time such as "500ms" or "2s"');

const generator = z.strictObject({
  ...container({ memoryMiB: 128 }),
  image: image.default("nginxproxy/docker-gen:0.17.2"),
  wait: z
    .strictObject({
      /** Quiet time after a container event before the configs are written. Default: 500ms, with generation 5 2s. */
      quiet: duration.optional(),
      /** The longest that a burst of events may hold them back. */
      longest: duration.default("2s"),
    })
    .prefault({}),
});

const logs = z.strictObject({
  /** Size in MiB at which a container's log file is rotated. */
  maxSizeMiB: wholeNumber(1, 1024).default(10),
  /** How many rotated log files are kept for a container. */
  maxFiles: wholeNumber(1, 100).default(3),
});

const proxy = z.strictObject({
  http: httpAddress.optional(),
  https: httpAddress.optional(),
  /** Addresses that are reached without the proxy. */
  noProxy: z.array(z.string().min(1)).default([]),
});

/** What a stack says for all its hosts. */
const perHost = {
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]*$/, "is a user name of the host, such as core")
    .default("core"),
  port: wholeNumber(1, 65535).default(22),
  /** Docker networks of the host that the agent joins besides the default bridge. */
  networks: z.array(z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, "is a Docker network's name")).default([]),
  /** Networks on which the agent answers to the name `dd-agent` besides: today's form of `--link`. It joins them too. */
  links: z.array(z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, "is a Docker network's name")).default([]),
  /** Folder of the host under which everything is kept. Default: `datadog` in the user's home. */
  root: absolutePath.optional(),
};

const host = z.strictObject({
  name: name("a host's name"),
  /** Host name or IP address that ssh connects to. */
  address: z
    .string()
    .regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$/, "is a host name or an IP address, such as 192.0.2.10"),
  hostKey: z.string().superRefine((value, context) => {
    const problem = hostKeyProblem(value);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  }),
  /** Names that the host had before: its containers are kept under the new one. */
  formerNames: z.array(name("a host's former name")).default([]),
  user: perHost.user.unwrap().optional(),
  port: perHost.port.unwrap().optional(),
  networks: perHost.networks.unwrap().optional(),
  links: perHost.links.unwrap().optional(),
  root: perHost.root,
});

export const stackSchema = z.strictObject({
  /** Value of the `project` tag where a container names none. */
  project: tagValue,
  /** Value of the `environment` tag where a container names none. */
  environment: tagValue,
  hosts: z
    .array(host)
    .min(1, "needs at least one host")
    .superRefine((hosts, context) => {
      for (const key of ["name", "hostKey"] as const) {
        const seen = new Map<string, number>();
        hosts.forEach((entry, index) => {
          const first = seen.get(entry[key]);
          if (first === undefined) seen.set(entry[key], index);
          else
            context.addIssue({
              code: "custom",
              path: [index, key],
              message: `is the same as hosts[${first}].${key}; each host has its own`,
            });
        });
      }
    }),
  /** The private key that opens the hosts. Default: what the ssh agent holds. `~` is the home folder; a relative path starts at the repository. */
  privateKeyFile: z.string().min(1).optional(),
  apiKey: z.string().regex(/^[0-9a-f]{32}$/, "is a Datadog API key: 32 characters of 0-9 and a-f"),
  /** The Datadog site that the data goes to. */
  site: z
    .string()
    .regex(/^[a-z0-9.-]+\.[a-z]+$/, "is a Datadog site, such as datadoghq.eu")
    .default("datadoghq.com"),
  /** Sends to this address in place of the site's. */
  intake: httpAddress.optional(),
  proxy: proxy.prefault({}),
  /** Further tags of every series of every host. */
  tags: z.array(tag).default([]),
  integrations: z
    .array(z.enum(integrationNames))
    .min(1, "needs at least one integration")
    .default([...integrationNames]),
  ...perHost,
  agent: agent.prefault({}),
  generator: generator.prefault({}),
  logs: logs.prefault({}),
});

/** A stack's settings with every default filled in. */
export type StackSettings = z.output<typeof stackSchema>;

/** The settings of one container. */
export type ContainerSettings = Pick<
  StackSettings["generator"],
  "image" | "memoryMiB" | "environment" | "labels" | "mounts" | "healthCheck"
>;

/** The entry of one host in a stack's settings. */
export type HostEntry = StackSettings["hosts"][number];
