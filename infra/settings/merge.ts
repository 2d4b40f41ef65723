import { SecretText } from "./secret-text";

/** A mapping as read from a settings file. */
type Data = Readonly<Record<string, unknown>>;

/**
 * Merges layers of settings. Later layers override earlier ones: mappings are merged key by key, other values are replaced.
 * Undefined values are ignored.
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

/**
 * Applies the nulls of a layer. Each null removes the value of the layer below, so that the next lower layer applies.
 * @returns the lower layer without the removed values, and the upper layer without its nulls.
 */
export function applyResets(lower: Data, upper: Data): { readonly lower: Data; readonly upper: Data } {
  const kept: Record<string, unknown> = {};
  const left: Record<string, unknown> = Object.fromEntries(
    Object.entries(lower).filter(([key]) => upper[key] !== null),
  );
  for (const [key, value] of Object.entries(upper)) {
    if (value === null) continue;
    if (!isMapping(value)) {
      kept[key] = value;
      continue;
    }
    const below = left[key];
    const inner = applyResets(isMapping(below) ? below : {}, value);
    kept[key] = inner.upper;
    if (isMapping(below)) left[key] = inner.lower;
  }
  return { lower: left, upper: kept };
}

function isMapping(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof SecretText);
}
