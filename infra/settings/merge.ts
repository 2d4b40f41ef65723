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

/**
 * What a layer leaves of the one below it: where it says `null`, nothing, so that what is further below comes through.
 * @returns the lower layer without what is undone, and the upper one without its nulls.
 */
export function undo(lower: Data, upper: Data): { readonly lower: Data; readonly upper: Data } {
  const said: Record<string, unknown> = {};
  const left: Record<string, unknown> = Object.fromEntries(
    Object.entries(lower).filter(([key]) => upper[key] !== null),
  );
  for (const [key, value] of Object.entries(upper)) {
    if (value === null) continue;
    if (!isMapping(value)) {
      said[key] = value;
      continue;
    }
    const below = left[key];
    const inner = undo(isMapping(below) ? below : {}, value);
    said[key] = inner.upper;
    if (isMapping(below)) left[key] = inner.lower;
  }
  return { lower: left, upper: said };
}

function isMapping(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof SecretText);
}
