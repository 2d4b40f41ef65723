import { z } from "zod";

/** What `.meta()` says of a setting. */
export interface SettingMeta {
  readonly description?: string | undefined;
  /** A value that could stand there. */
  readonly example?: unknown;
  /** For secrets: the command that sets it. They are never written by hand. */
  readonly setWith?: string | undefined;
  /** For mappings of texts, each of which may be encrypted. */
  readonly mayHoldSecrets?: boolean | undefined;
  /** For secrets: what to do once others may have read one. */
  readonly onceExposed?: string | undefined;
}

/** A schema without what only says that it may be missing, or undone. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? unwrap(schema.unwrap()) : schema;
}

/** The settings inside a mapping, by key; undefined for anything else. */
export function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> | undefined {
  const bare = unwrap(schema);
  return bare instanceof z.ZodObject ? bare.shape : undefined;
}

/** The schema of a list's entries; undefined for anything else. */
export function entryOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  const bare = unwrap(schema);
  return bare instanceof z.ZodArray ? bare.element : undefined;
}

/** The schema at a path, or undefined where the path leaves the schema. */
export function schemaAt(
  schema: z.core.$ZodType | undefined,
  path: readonly PropertyKey[],
): z.core.$ZodType | undefined {
  const [first, ...rest] = path;
  if (first === undefined || schema === undefined) return schema;
  const next = typeof first === "number" ? entryOf(schema) : shapeOf(schema)?.[String(first)];
  return schemaAt(next, rest);
}

/** The keys that a mapping knows; none where it is no mapping. */
export function keysOf(schema: z.core.$ZodType | undefined): string[] {
  return Object.keys((schema && shapeOf(schema)) ?? {}).sort();
}

/** What is said about a setting. */
export function metaOf(schema: z.core.$ZodType): SettingMeta {
  return z.globalRegistry.get(schema) ?? {};
}

/** What to do about a setting at a path: the line of YAML that it could be, or for a secret how it is set. */
export function adviceOn(schema: z.core.$ZodType, path: readonly PropertyKey[]): string | undefined {
  const found = schemaAt(schema, path);
  const key = path.filter((part) => typeof part === "string").pop();
  const { example, setWith } = found === undefined ? {} : metaOf(found);
  if (setWith !== undefined) return `set it with \`${setWith}\``;
  if (example === undefined || key === undefined || typeof path[path.length - 1] === "number") return undefined;
  return `write for example ${key}: ${typeof example === "string" ? example : JSON.stringify(example)}`;
}
