/**
 * Functions that read parsed JSON or YAML of unknown form, such as a host's answers. None of them throws: a value of another
 * type counts as empty.
 */

/** The entries of an object; empty for any other value. */
export function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** The value of an object's own property; undefined if there is none. Inherited properties don't count. */
export function memberOf(value: unknown, key: string): unknown {
  return entriesOf(value).find(([name]) => name === key)?.[1];
}

/** The items of a list; empty for any other value. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string, number or boolean as text; empty for any other value. */
export function textOf(value: unknown): string {
  return ["string", "number", "boolean", "bigint"].includes(typeof value) ? String(value) : "";
}

/** A non-negative integer; 0 for any other value. */
export function countOf(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** All strings, numbers and booleans in a value as texts, at any depth. */
export function textsIn(value: unknown, depth = 0): string[] {
  if (typeof value !== "object" || value === null || depth > 50) return [textOf(value)];
  return Object.values(value).flatMap((child) => textsIn(child, depth + 1));
}
