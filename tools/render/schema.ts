import { z } from "zod";

import { texts } from "../shared/document-fields";

const change = z.enum(["added", "changed", "removed"]);

/** How an instance or a file changes. */
export type Change = z.infer<typeof change>;

const setting = z.union([
  z
    .object({ key: z.literal("tags"), added: z.array(z.string()).readonly(), removed: z.array(z.string()).readonly() })
    .readonly()
    .describe("tags that it would gain or lose; both empty if only their order changes"),
  z
    .object({ key: z.string(), secret: z.literal(true) })
    .readonly()
    .describe("a setting that is secret: neither value is given"),
  z
    .object({
      key: z
        .string()
        .describe("`file` if it is the same instance in another file: the agent stops it and starts it again"),
      from: z.string().nullable(),
      to: z.string().nullable(),
    })
    .readonly()
    .describe("another setting; null: the key is missing"),
]);

/** One changed setting of an instance. */
export type SettingChange = z.infer<typeof setting>;

const instance = z
  .object({
    change,
    check: z.string(),
    instance: z
      .string()
      .describe(
        "the address that the check monitors, or the check's name in brackets; of a changed one, the new address",
      ),
    container: z.string().describe("the name of its container; empty if it is unknown, or if there is none"),
    tags: texts("the tags after the change; of a removed instance, those before it"),
    settings: z.array(setting).readonly().describe("of a changed instance: each key that differs"),
  })
  .readonly();

/** One instance that would be added, changed or removed. */
export type InstanceChange = z.infer<typeof instance>;

const file = z
  .object({
    change,
    path: z.string().describe("the path below the folder of configs; a container's id in it is cut to 12 digits"),
    container: z.string().describe("the name of the container that it is for; empty if it is for no single one"),
    what: z
      .enum(["instances", "settings", "comments", "remarks"])
      .describe(
        "instances: at least one of its instances; settings: others than those of its instances; comments: only comments; remarks: only remarks on containers, which are listed separately",
      ),
  })
  .readonly();

/** One file that would be added, changed or removed. */
export type FileChange = z.infer<typeof file>;

const host = z
  .object({
    host: z.string(),
    containers: z
      .array(
        z.object({
          name: z.string(),
          fate: z
            .enum(["starts", "restarts", "runs on", "goes"])
            .describe("what would become of it; `runs on`: it would be changed in place"),
        }),
      )
      .readonly()
      .describe("agent, generator and socket filter, without those that stay as they are"),
    reached: z.boolean().describe("whether the host and its Docker engine could be reached"),
    problem: z.string().describe("why not, and what to do; empty if they could be reached"),
    instances: z.array(instance).readonly(),
    files: z.array(file).readonly(),
    remarks: texts("new remarks on containers, such as why one has no instance"),
  })
  .readonly();

/** What an `up` would change in one host's configs. */
export type HostRendering = z.infer<typeof host>;

/** What `make render JSON=yes` prints. */
export const renderSchema = z.object({
  stack: z.string(),
  exitCode: z
    .literal([0, 2])
    .describe("0: all hosts could be reached, whether something would change or not; 2: a host can't be reached"),
  accept: z
    .string()
    .optional()
    .describe(
      "the value that accepts all losses of the stack (`make up ACCEPT=…`); only with `rollout.proof`, without a single host, and if something would be lost",
    ),
  hosts: z.array(host).readonly(),
});

/** What `make render JSON=yes` prints. */
export type RenderDocument = Readonly<z.infer<typeof renderSchema>>;
