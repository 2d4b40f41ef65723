import { parseDocument, YAMLMap } from "yaml";
import { z } from "zod";

import { defaults, metaOf, shapeOf, stackSchema, unwrap } from "../../infra/settings";

/**
 * Pulumi.yaml with the typed keys of the settings; the rest of the file stays as it is. Only keys with a default of a
 * simple type stand there: Pulumi takes every other declared key for required, and tells of one that is missing or
 * mistaken before the program can tell of all of them, with what to write.
 */
export function pulumiYaml(current: string): string {
  const document = parseDocument(current);
  const config = new YAMLMap();
  config.commentBefore = " Made by `make docs` from infra/settings/schema. Don't edit by hand.";
  for (const [key, schema] of Object.entries(shapeOf(stackSchema) ?? {})) {
    const fallback: unknown = (defaults as Record<string, unknown>)[key];
    const type = typeOf(unwrap(schema));
    if (fallback === undefined || type === undefined) continue;
    config.set(key, document.createNode({ type, description: metaOf(schema).description, default: fallback }));
  }
  document.set("config", config);
  return document.toString({ lineWidth: 0 });
}

/** Pulumi's name of a simple type. */
function typeOf(schema: z.core.$ZodType): string | undefined {
  if (schema instanceof z.ZodBoolean) return "boolean";
  if (schema instanceof z.ZodNumber) return "integer";
  if (schema instanceof z.ZodString) return "string";
  return undefined;
}
