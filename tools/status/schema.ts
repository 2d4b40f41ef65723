import { z } from "zod";

import { texts } from "../shared/document-fields";

/** Why a container is not watched, or not well. */
export const reasons = {
  "does-not-ask": "it is recognised by a sign, and does not ask to be watched",
  "unknown-service": "the service that it asks for is misspelt",
  "not-listed": "the stack's integrations don't list the one that it asks for",
  "not-in-generation": "the host's generation of the agent does not have the check",
  "no-shared-network": "it shares no network with the agent",
  "refused-value": "one of its values is refused",
  "no-port": "it declares no port, does not expose exactly one, and its service has no usual one",
  "password-file": "its password file is missing, or not for it",
  "own-discovery": "the agent runs the check by itself, as the container's com.datadoghq.ad labels ask",
  duplicate: "the agent runs the check twice on the same address",
  paused: "it is paused",
  restarting: "it restarts again and again",
  "status-page-missing": "its web server has no status page where the agent asked",
  "status-page-forbidden": "its web server refuses its status page to the agent",
  "login-refused": "the server refuses the agent's login",
  "rights-missing": "the server lets the agent's user in, and refuses what the check asks",
  "certificate-refused": "the agent does not trust the server's certificate, or the server wants one of the agent",
  "wrong-protocol": "either the server or the agent speaks TLS, and the other one does not",
  "no-answer": "nothing answers at the address",
  "check-fails": "the check ends with another error",
  "collects-nothing": "the check ends without an error, and collects nothing",
  "just-started": "it has started, or asked, just now",
  "not-read": "the agent has not read the newest config yet",
  "config-refused": "the agent refuses the config",
  "generator-behind": "the generator has not noticed it",
  "generator-stopped": "the generator does not run",
  "agent-stopped": "the agent does not run",
} as const;

/** A key of {@link reasons}. */
export type Reason = keyof typeof reasons;

/** Where the line of a fix belongs. */
export const fixPlaces = {
  container:
    "an option of the container's `docker run`; it takes the place of the network, or of the label, that is there",
  stack:
    "a setting of the stack's file: a list takes the place of the one that is there, a mapping is added to it; `make up` applies it",
  entry: "the same in the host's entry in the stack's file, which has this setting for itself",
  server: "a line of the server's own configuration",
  host: "a command on the host, as its user",
  manager: "a command on a manager of the Swarm, for a container that is a task of a service",
} as const;

const fix = z.object({
  place: z.enum(Object.keys(fixPlaces) as [keyof typeof fixPlaces]).describe(listOf(fixPlaces)),
  line: z.string().describe("the line itself; words in capitals, such as PASSWORD, stand for what only you know"),
});

/** A line that puts something right. */
export type Fix = Readonly<z.infer<typeof fix>>;

const instance = z.object({
  host: z.string(),
  check: z.string(),
  instance: z.string().describe("the address that the check connects to, or the check's name in brackets"),
  container: z.string().describe("the container that is monitored; empty if it is unknown, or if there is none"),
  tags: texts("the instance's own tags"),
  runs: z.int().describe("runs since the agent loaded it; generation 5 reports the last one only: 1, or 0 before it"),
  samples: z.int().describe("metric samples of the last run; with generation 5, those of all instances of the check"),
  collected: z.string().describe("runs and samples as text"),
  error: z.string().describe("the last run's error or warning; empty if there is none"),
  since: z
    .string()
    .nullable()
    .describe("since when the error lasts, in ISO 8601, by the host's clock; null without an error, or if unknown"),
});

const container = z.object({
  container: z.string().describe("the container's name"),
  service: z.string().describe("what it runs, such as `redis`; empty for a check that no integration here is for"),
  check: z.string().describe("the check that watches it, or would"),
  recognisedBy: z.string().describe("what it is recognised by, such as `image redis` or `variable SERVICE`"),
  watch: z
    .enum(["watched", "failing", "waiting", "unwatched"])
    .describe(
      "watched: its last run ended well; failing: with an error; waiting: it has not run yet; unwatched: there is no instance",
    ),
  instance: z.string().describe("the address that the check connects to; empty if there is no instance"),
  tags: texts("the instance's own tags"),
  collected: z.string().describe("runs and samples as text; empty if there is no instance"),
  error: z.string().describe("the last run's error or warning; empty if there is none"),
  since: z.string().nullable().describe("since when the error lasts, in ISO 8601; null without one, or if unknown"),
  reason: z
    .enum(Object.keys(reasons) as [Reason])
    .nullable()
    .describe(`null if there is nothing to say; ${listOf(reasons)}`),
  why: z.string().describe("the reason in words"),
  fixes: z.array(fix).readonly().describe("what puts it right, in this order; empty if no line does"),
});

/** One service of one container: how it is watched, or why it is not. */
export type ContainerRow = Readonly<z.infer<typeof container>>;

const difference = z.object({
  text: z.string().describe("what differs from the stack"),
  remedy: z.string().describe("what to do about it"),
});

/** A difference between a host and its stack, with what to do about it. */
export type Difference = Readonly<z.infer<typeof difference>>;

const host = z.object({
  host: z.string(),
  reached: z.boolean().describe("whether the host and its Docker engine could be asked; if not, `problems` says why"),
  instances: z.array(instance).readonly().describe("every instance of every check of the agent"),
  containers: z
    .array(container)
    .readonly()
    .describe("the running containers that are watched or recognised, one entry for each of their services"),
  unknown: z.int().describe("how many more containers run, which no integration is recognised for"),
  problems: texts("parts that don't run or don't answer, configs that the agent refuses; each begins with the host"),
  remarks: texts("containers without an instance, hints that are ignored; each begins with the host"),
  drift: z.array(difference).readonly().describe("where the host differs from the stack"),
});

/** What is known of one host. */
export type HostReport = Readonly<z.infer<typeof host>>;

/** One instance of one check on one host. */
export type InstanceReport = HostReport["instances"][number];

/** What `make status JSON=yes` and `make drift JSON=yes` print. */
export const statusSchema = z.object({
  stack: z.string(),
  exitCode: z
    .int()
    .min(0)
    .max(2)
    .describe("0: all well; 1: something watched is wrong, or drift; 2: a host can't be asked"),
  hosts: z
    .array(host)
    .readonly()
    .describe("with `make drift`, only `host`, `reached`, `problems` and `drift` are filled"),
});

/** The document that {@link statusSchema} describes. */
export type StatusDocument = Readonly<z.infer<typeof statusSchema>>;

function listOf(meanings: Readonly<Record<string, string>>): string {
  return Object.entries(meanings)
    .map(([key, meaning]) => `${key}: ${meaning}`)
    .join("; ");
}
