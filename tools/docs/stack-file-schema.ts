import { z } from "zod";

import { stackSchema } from "../../infra/settings";

/** What Pulumi writes where a value is encrypted. */
const encrypted = { type: "object", properties: { secure: { type: "string" } }, required: ["secure"] };

/**
 * A JSON schema for whole stack files, by which editors complete and check them: a stack file names it in its first line
 * (`# yaml-language-server: $schema=…`).
 */
export function stackFileSchema(): string {
  const { properties = {}, required = [] } = z.toJSONSchema(stackSchema, { io: "input" }) as {
    properties?: Record<string, object>;
    required?: string[];
  };
  const namespaced = Object.entries(properties).map(([key, schema]): [string, object] => [
    `datadog-hosts:${key}`,
    key === "apiKey" ? encrypted : schema,
  ]);
  return `${JSON.stringify(
    {
      $comment: "Made by `make docs` from infra/settings/schema. Don't edit by hand.",
      $schema: "http://json-schema.org/draft-07/schema#",
      title: "A stack of datadog-hosts",
      type: "object",
      properties: {
        config: {
          type: "object",
          properties: Object.fromEntries(namespaced),
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
