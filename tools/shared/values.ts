/**
 * Readers of a host's answers: parsed JSON or YAML of unknown form. None of them throws; each returns the values of the
 * wanted kind, or nothing.
 */

/** The entries of an object; none of anything else. */
export function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** An object's own value at a key; inherited properties don't count. */
export function memberOf(value: unknown, key: string): unknown {
  return entriesOf(value).find(([name]) => name === key)?.[1];
}

/** The items of a list; none of anything else. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string, number or boolean as text; empty for anything else. */
export function textOf(value: unknown): string {
  return ["string", "number", "boolean", "bigint"].includes(typeof value) ? String(value) : "";
}

/** A count: a whole number from 0; 0 for anything else. */
export function countOf(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** All texts in a value, at any depth. */
export function textsIn(value: unknown, depth = 0): string[] {
  if (typeof value !== "object" || value === null || depth > 50) return [textOf(value)];
  return Object.values(value).flatMap((child) => textsIn(child, depth + 1));
}
