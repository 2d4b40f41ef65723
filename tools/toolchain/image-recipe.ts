import { z } from "zod";

/** A file of a stand-in image. */
const file = z.strictObject({
  path: z.string().startsWith("/"),
  /** The Go package, a folder of the stand-ins' module, whose executable it is. Without it the file is in the tree. */
  from: z.string().optional(),
  mode: z.string().regex(/^[0-7]{3,4}$/),
});

const none = (): Record<string, never> => ({});

/**
 * What a stand-in image consists of. `tree` is a folder, relative to the recipe's own, that is copied to the root;
 * `links` maps the path of a symbolic link to what it points to; `config` is the image's configuration with Docker's names.
 */
export const imageRecipe = z.strictObject({
  comment: z.string().optional(),
  /** busybox-static: a shell and its applets in /bin. */
  base: z.literal("busybox-static"),
  tree: z.string().optional(),
  files: z.array(file),
  links: z.record(z.string(), z.string()).default({}),
  folders: z.array(z.string().startsWith("/")).default([]),
  config: z.strictObject({
    Env: z.array(z.string()).default([]),
    Cmd: z.array(z.string()).optional(),
    Entrypoint: z.array(z.string()).optional(),
    User: z.string().optional(),
    WorkingDir: z.string().optional(),
    ExposedPorts: z.record(z.string(), z.strictObject({})).default(none),
    Volumes: z.record(z.string(), z.strictObject({})).default(none),
    Labels: z.record(z.string(), z.string()).default({}),
    Healthcheck: z
      .strictObject({
        Test: z.array(z.string()).min(2),
        IntervalSeconds: z.number().positive().optional(),
        TimeoutSeconds: z.number().positive().optional(),
        StartPeriodSeconds: z.number().positive().optional(),
        Retries: z.number().positive().optional(),
      })
      .optional(),
  }),
});

/** See {@link imageRecipe}. */
export type ImageRecipe = z.infer<typeof imageRecipe>;

/** The Dockerfile instructions that give an image the recipe's configuration. Throws on a health check of unknown form. */
export function instructionsOf(config: ImageRecipe["config"]): string[] {
  const labels = Object.entries(config.Labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...config.Env.map((entry) => {
      const equals = entry.indexOf("=");
      return `ENV ${entry.slice(0, equals)}=${JSON.stringify(entry.slice(equals + 1))}`;
    }),
    ...labels.map(([name, value]) => `LABEL ${name}=${JSON.stringify(value)}`),
    ...Object.keys(config.ExposedPorts).map((port) => `EXPOSE ${port}`),
    ...Object.keys(config.Volumes).map((path) => `VOLUME ${path}`),
    ...(config.User === undefined ? [] : [`USER ${config.User}`]),
    ...(config.WorkingDir === undefined ? [] : [`WORKDIR ${config.WorkingDir}`]),
    ...(config.Healthcheck === undefined ? [] : [healthcheckInstruction(config.Healthcheck)]),
    ...(config.Entrypoint === undefined ? [] : [`ENTRYPOINT ${JSON.stringify(config.Entrypoint)}`]),
    ...(config.Cmd === undefined ? [] : [`CMD ${JSON.stringify(config.Cmd)}`]),
  ];
}

function healthcheckInstruction(check: NonNullable<ImageRecipe["config"]["Healthcheck"]>): string {
  const [kind, ...command] = check.Test;
  const options = [
    ...(check.IntervalSeconds === undefined ? [] : [`--interval=${check.IntervalSeconds}s`]),
    ...(check.TimeoutSeconds === undefined ? [] : [`--timeout=${check.TimeoutSeconds}s`]),
    ...(check.StartPeriodSeconds === undefined ? [] : [`--start-period=${check.StartPeriodSeconds}s`]),
    ...(check.Retries === undefined ? [] : [`--retries=${check.Retries}`]),
  ];
  if (kind === "CMD") return ["HEALTHCHECK", ...options, "CMD", JSON.stringify(command)].join(" ");
  if (kind === "CMD-SHELL") return ["HEALTHCHECK", ...options, "CMD", ...command].join(" ");
  throw new Error(`unknown kind of health check: ${kind ?? ""}`);
}
