import { z } from "zod";

/** The metadata of a setting (`.meta()`). */
export interface SettingMeta {
  readonly description?: string | undefined;
  /** A valid value. */
  readonly example?: unknown;
  /** For secrets: the command that sets the value. Secrets are never written by hand. */
  readonly setWith?: string | undefined;
  /** For mappings: whether their values may be encrypted. */
  readonly mayHoldSecrets?: boolean | undefined;
  /** For secrets: what to do after a leak. */
  readonly afterLeak?: string | undefined;
}

/** A schema without its optional and nullable wrappers. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? unwrap(schema.unwrap()) : schema;
}

/** Whether a setting is a text. */
export function isText(schema: z.core.$ZodType | undefined): boolean {
  return schema !== undefined && unwrap(schema) instanceof z.ZodString;
}

/** The settings in a mapping, by key; undefined for other schemas. */
export function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> | undefined {
  const bare = unwrap(schema);
  return bare instanceof z.ZodObject ? bare.shape : undefined;
}

/** The schema of a list's entries; undefined for other schemas. */
export function entryOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  const bare = unwrap(schema);
  return bare instanceof z.ZodArray ? bare.element : undefined;
}

/** The schema at a path; undefined if there is no such setting. */
export function schemaAt(
  schema: z.core.$ZodType | undefined,
  path: readonly PropertyKey[],
): z.core.$ZodType | undefined {
  const [first, ...rest] = path;
  if (first === undefined || schema === undefined) return schema;
  if (typeof first === "number") return schemaAt(entryOf(schema), rest);
  const shape = shapeOf(schema) ?? {};
  const key = String(first);
  return Object.hasOwn(shape, key) ? schemaAt(shape[key], rest) : undefined;
}

/** The keys of a mapping; empty for other schemas. */
export function keysOf(schema: z.core.$ZodType | undefined): string[] {
  return Object.keys((schema && shapeOf(schema)) ?? {}).sort();
}

/** The metadata of a setting. */
export function metaOf(schema: z.core.$ZodType): SettingMeta {
  return z.globalRegistry.get(schema) ?? {};
}

/**
 * Advice on the setting at a path: an example line of YAML, or for a secret the command that sets it; undefined if there is
 * none.
 */
export function settingAdvice(schema: z.core.$ZodType, path: readonly PropertyKey[]): string | undefined {
  const found = schemaAt(schema, path);
  const key = path.filter((part) => typeof part === "string").pop();
  const { example, setWith } = found === undefined ? {} : metaOf(found);
  if (setWith !== undefined) return `set it with \`${setWith}\``;
  if (example === undefined || key === undefined || typeof path[path.length - 1] === "number") return undefined;
  return `write for example ${key}: ${typeof example === "string" ? example : JSON.stringify(example)}`;
}
