import type { PropertyMap, PropertyValue } from "../shared/property-values";
import { isPropertyMap, sameValue } from "../shared/property-values";
import type { DifferenceKind } from "../shared/resource-provider";

/** The inputs whose coming or going replaces the command. Changes within it are for the program's SDK to say. */
const REPLACED_BY = ["triggers"];

function step(parent: string, name: string): string {
  if (parent === "") return name;
  return /[."[\]]/.test(name) ? `${parent}["${name.replaceAll('"', '\\"')}"]` : `${parent}.${name}`;
}

function compare(
  path: string,
  old: PropertyValue | undefined,
  now: PropertyValue | undefined,
  differences: Map<string, DifferenceKind>,
): void {
  if (sameValue(old, now)) return;
  if (Array.isArray(old) && Array.isArray(now)) {
    for (let index = 0; index < Math.max(old.length, now.length); index++) {
      compare(`${path}[${index}]`, old[index], now[index], differences);
    }
  } else if (isPropertyMap(old) && isPropertyMap(now)) {
    for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
      compare(step(path, name), old[name], now[name], differences);
    }
  } else {
    const kind = old === undefined ? "add" : now === undefined ? "delete" : "update";
    differences.set(path, REPLACED_BY.includes(path) ? `${kind}-replace` : kind);
  }
}

/** Where two sets of inputs differ, by property path. */
export function compareInputs(old: PropertyMap, now: PropertyMap): Map<string, DifferenceKind> {
  const differences = new Map<string, DifferenceKind>();
  for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
    compare(name, old[name], now[name], differences);
  }
  return differences;
}
