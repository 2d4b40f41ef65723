import { z } from "zod";

import { texts } from "../shared/document-fields";

const sample = z
  .object({ metric: z.string(), value: z.number(), tags: texts("the value's tags, those of the instance among them") })
  .readonly();

/** One value that a check has collected. */
export type Sample = z.infer<typeof sample>;

/** The statuses in the order of Datadog's numbers for them. */
export const serviceStatuses = ["OK", "WARNING", "CRITICAL", "UNKNOWN"] as const;

const serviceCheck = z
  .object({
    name: z.string().describe("such as `redis.can_connect`"),
    status: z.enum(serviceStatuses),
    message: z.string(),
    tags: texts("its tags"),
  })
  .readonly();

/** The state of a service as reported by its check. */
export type ServiceCheck = z.infer<typeof serviceCheck>;

const checkRun = z.object({
  samples: z.array(sample).readonly(),
  serviceChecks: z.array(serviceCheck).readonly().describe("the latest of each name and tags"),
  error: z.string().describe("why it collects nothing or not everything; empty if there was no error"),
  warnings: texts("what the check warns of"),
});

/** The result of one run of one instance. */
export type CheckRun = Readonly<z.infer<typeof checkRun>>;

const instanceRun = checkRun
  .extend({
    check: z.string(),
    instance: z.string().describe("the address that the check monitors, such as `172.18.0.5:6379`"),
    tags: texts("the instance's own tags"),
  })
  .readonly();

/** The result of running one of a container's instances. */
export type InstanceRun = z.infer<typeof instanceRun>;

const report = z.object({
  host: z.string(),
  container: z.string().describe("the container's name"),
  runs: z.array(instanceRun).readonly().describe("one for each of the container's instances; empty if it has none"),
  remarks: texts("why no check was run, or other remarks"),
});

/** The result of `make check`: the runs of a container's instances, or why there are none. */
export type ContainerReport = Readonly<z.infer<typeof report>>;

/** What `make check JSON=yes` prints. */
export const checkSchema = report.extend({
  stack: z.string(),
  exitCode: z
    .literal([0, 1])
    .describe("0: every check ran without an error and collected metrics; 1: one did not, or there was none to run"),
});

/** What `make check JSON=yes` prints. */
export type CheckDocument = Readonly<z.infer<typeof checkSchema>>;
