import { z } from "zod";

import { metaOf, stackSchema } from "../../infra/settings";

/** What Pulumi writes where a value is encrypted. */
const encrypted: z.core.JSONSchema.BaseSchema = {
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
};

/** What is said of a setting for our own messages alone. */
const ours = ["example", "setWith", "onceExposed", "mayHoldSecrets"];

/** The JSON schema of a setting as it stands in a file: secrets are encrypted there, or may be. */
function asInFile({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}) {
  const { setWith, mayHoldSecrets, description } = metaOf(zodSchema);
  if (setWith !== undefined) {
    for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
    Object.assign(jsonSchema, { ...encrypted, description });
  }
  if (mayHoldSecrets === true) {
    jsonSchema.additionalProperties = {
      anyOf: [jsonSchema.additionalProperties as z.core.JSONSchema.BaseSchema, encrypted],
    };
  }
  for (const key of ours) Reflect.deleteProperty(jsonSchema, key);
}

/**
 * A JSON schema for whole stack files, by which editors complete and check them: a stack file names it in its first line
 * (`# yaml-language-server: $schema=…`).
 */
export function stackFileSchema(): string {
  const { properties = {}, required = [] } = z.toJSONSchema(stackSchema, { io: "input", override: asInFile }) as {
    properties?: Record<string, object>;
    required?: string[];
  };
  const namespaced = Object.entries(properties).map(([key, schema]) => [`datadog-hosts:${key}`, schema]);
  return `${JSON.stringify(
    {
      $comment: "Made by `make docs` from infra/settings/schema. Don't edit by hand.",
      $schema: "http://json-schema.org/draft-07/schema#",
      title: "A stack of datadog-hosts",
      type: "object",
      properties: {
        config: {
          type: "object",
          properties: Object.fromEntries(namespaced) as object,
          required: required.map((key) => `datadog-hosts:${key}`),
          additionalProperties: false,
        },
        encryptionsalt: { type: "string" },
        encryptedkey: { type: "string" },
        secretsprovider: { type: "string" },
      },
      required: ["config"],
    },
    null,
    2,
  )}\n`;
}
