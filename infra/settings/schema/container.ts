import { z } from "zod";

import { dockerNetwork, duration, existingPath, image, linkNetwork, unique, uniqueBy, wholeNumber } from "./formats";

const mount = z.strictObject({
  source: existingPath.meta({ description: "A folder or file on the host; it must exist.", example: "/srv/checks" }),
  target: existingPath.meta({ description: "Its path in the container.", example: "/checks.d" }),
  readOnly: z.boolean().optional().meta({ description: "Whether the mount is read-only.", example: true }),
});

const healthCheck = z.strictObject({
  test: z
    .array(z.string())
    .min(2, "needs a form and a command")
    .refine(([form]) => form === "CMD" || form === "CMD-SHELL", {
      message: "begins with neither CMD nor CMD-SHELL, so Docker would run no check; write one of them first",
    })
    .refine(([form, ...words]) => form !== "CMD-SHELL" || words.length <= 1, {
      message: "has more than one text after CMD-SHELL, and Docker runs only the first; write the whole command in one",
    })
    .optional()
    .meta({ description: "The command, in Docker's form CMD or CMD-SHELL.", example: ["CMD", "agent", "health"] }),
  intervalSeconds: wholeNumber(1, 3600).optional().meta({ description: "Seconds between two checks.", example: 30 }),
  timeoutSeconds: wholeNumber(1, 3600)
    .optional()
    .meta({ description: "Time limit of one check, in seconds.", example: 10 }),
  retries: wholeNumber(1, 100)
    .optional()
    .meta({ description: "Failures in a row after which the container is unhealthy.", example: 3 }),
  startSeconds: wholeNumber(0, 3600)
    .optional()
    .meta({ description: "Seconds after the start in which failures don't count.", example: 60 }),
});

/** In bytes: Linux takes 128 KiB with the name (MAX_ARG_STRLEN in execve(2)). */
const longestVariable = 130_000;

const environment = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "is a variable's name"),
  z
    .string()
    .regex(/^[^\0]*$/, "is a text without the character NUL")
    .refine((value) => Buffer.byteLength(value) <= longestVariable, {
      message: "is too long: no program starts with a variable of more than 128 KiB; use a file (mounts)",
    }),
);

/** The settings that both containers have. */
const container = {
  memoryMiB: wholeNumber(32, 65536)
    .optional()
    .meta({ description: "Memory limit in MiB, without swap.", example: 512 }),
  environment: environment.optional().meta({
    description: "Further environment variables; those that the program sets take precedence.",
    example: { DD_LOG_LEVEL: "warn" },
  }),
  labels: z
    .record(z.string().regex(/^[^\s=\p{Cc}]+$/u, "is a label's name: without blanks and ="), z.string())
    .optional()
    .meta({ description: "Further labels of the container.", example: { owner: "platform" } }),
  mounts: uniqueBy("target", z.array(mount))
    .optional()
    .meta({ description: "Further bind mounts.", example: [{ source: "/srv/checks", target: "/checks.d" }] }),
  healthCheck: healthCheck.optional().meta({
    description: "Overrides parts of the program's health check.",
    example: { intervalSeconds: 60 },
  }),
};

/** The agent's container. */
export const agent = z.strictObject({
  generation: z
    .literal([7, 5])
    .optional()
    .meta({ description: "7 is today's agent, 5 is `datadog/docker-dd-agent`.", example: 7 }),
  image: image.optional().meta({
    description: "Image reference; pin a digest where it matters. Default: the generation's.",
    example: "gcr.io/datadoghq/agent:7.69.4",
  }),
  network: z.enum(["bridge", "host"]).optional().meta({
    description:
      "`bridge`: the default bridge and the listed networks. `host`: the host's own network, which reaches all containers.",
    example: "bridge",
  }),
  pollSeconds: wholeNumber(1, 300)
    .optional()
    .meta({ description: "Interval at which generation 7 polls for changed configs, in seconds.", example: 5 }),
  resolveHandles: z.boolean().optional().meta({
    description:
      "Lets generation 7 resolve handles (`ENC[…]`) and its own variables (`%%env_…%%`) for checks, including those in container labels. Use it only if you trust every container on the host: any of them could get the API key or another container's secrets.",
    example: true,
  }),
  ...container,
  environment: environment
    .meta({ mayHoldSecrets: true })
    .optional()
    .meta({
      description:
        "Further environment variables; those that the program sets take precedence. Encrypted ones (`pulumi config set --path --secret datadog-hosts:agent.environment.DD_APP_KEY`) become files that only the agent of generation 7 reads.",
      example: { DD_LOG_LEVEL: "warn" },
    }),
});

/** The generator's container. */
export const generator = z.strictObject({
  image: image
    .optional()
    .meta({ description: "Image reference of docker-gen.", example: "nginxproxy/docker-gen:0.17.2" }),
  wait: z
    .strictObject({
      quiet: duration.optional().meta({
        description:
          "Quiet time after a container event before configs are written. Default: 500ms; with generation 5: 2s.",
        example: "500ms",
      }),
      longest: duration
        .optional()
        .meta({ description: "The longest time for which a burst of events may delay them.", example: "2s" }),
    })
    .optional()
    .meta({ description: "How long container events are collected.", example: { longest: "2s" } }),
  ...container,
});

export const networks = unique(z.array(dockerNetwork));

export const links = unique(z.array(linkNetwork));
