import type { PropertyMap, PropertyValue } from "../shared/property-values";
import { isPropertyMap, sameValue } from "../shared/property-values";
import { DEFAULTS_KEY } from "./check";
import type { Attribute, Schema } from "./schema";

function bestMatches(olds: readonly PropertyMap[], news: readonly PropertyMap[]): Map<number, number> {
  const candidates = olds.flatMap((old, oldIndex) =>
    news.map((item, newIndex) => {
      const shared = Object.keys(old).filter((name) => name in item);
      const same = shared.filter((name) => sameValue(old[name], item[name]));
      return { oldIndex, newIndex, score: shared.length + 2 * same.length };
    }),
  );
  const matches = new Map<number, number>();
  const taken = new Set<number>();
  for (const candidate of candidates.sort((left, right) => right.score - left.score)) {
    if (matches.has(candidate.oldIndex) || taken.has(candidate.newIndex)) continue;
    matches.set(candidate.oldIndex, candidate.newIndex);
    taken.add(candidate.newIndex);
  }
  return matches;
}

function refreshValue(attribute: Attribute | undefined, input: PropertyValue, output: PropertyValue): PropertyValue {
  if (isPropertyMap(input) && isPropertyMap(output)) {
    return refreshFields(attribute?.fields ?? {}, input, output);
  }
  if (!Array.isArray(input) || !Array.isArray(output)) return output;
  const blocks = input.filter(isPropertyMap);
  if (attribute?.kind !== "blocks" || blocks.length !== input.length) return output.slice(0, input.length);
  const matches = bestMatches(blocks, output.filter(isPropertyMap));
  return blocks.flatMap((block, index) => {
    const match = matches.get(index);
    const found = match === undefined ? undefined : output[match];
    return found === undefined ? [] : [refreshValue({ ...attribute, kind: "block" }, block, found)];
  });
}

function refreshFields(schema: Schema, inputs: PropertyMap, outputs: PropertyMap): PropertyMap {
  const refreshed: PropertyMap = {};
  for (const [name, input] of Object.entries(inputs)) {
    const output = outputs[name];
    if (name === DEFAULTS_KEY) {
      // What has changed since is no default any more.
      const isDefault = (item: PropertyValue): boolean =>
        typeof item === "string" && sameValue(inputs[item], outputs[item]);
      refreshed[name] = Array.isArray(input) ? input.filter(isDefault) : input;
    } else if (output !== undefined) refreshed[name] = refreshValue(schema[name], input, output);
  }
  return refreshed;
}

/** The program's inputs as they would have to be for the state that was read: the same names, the state's values. */
export function refreshInputs(schema: Schema, inputs: PropertyMap, outputs: PropertyMap): PropertyMap {
  return refreshFields(schema, inputs, outputs);
}
