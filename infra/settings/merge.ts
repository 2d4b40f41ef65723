import { SecretText } from "./secret-text";

/** Plain data: what a settings file can hold. */
type Data = Readonly<Record<string, unknown>>;

/**
 * Lays settings over each other: later ones win, mappings are merged key by key, everything else is replaced as a whole.
 * What is undefined says nothing.
 */
export function merge(...layers: readonly Data[]): Data {
  const merged: Record<string, unknown> = {};
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer)) {
      if (value === undefined) continue;
      const below = merged[key];
      merged[key] = isMapping(below) && isMapping(value) ? merge(below, value) : value;
    }
  }
  return merged;
}

function isMapping(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof SecretText);
}
