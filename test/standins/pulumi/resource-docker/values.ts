import type { PropertyMap, PropertyValue } from "../shared/property-values";
import { isPropertyMap } from "../shared/property-values";

/** A property as text; empty when it has none. */
export function textOf(properties: PropertyMap, name: string): string {
  const value = properties[name];
  return typeof value === "string" ? value : "";
}

/** A property as a number; 0 when it has none. */
export function numberOf(properties: PropertyMap, name: string): number {
  const value = properties[name];
  return typeof value === "number" ? value : 0;
}

/** A property as a flag; false when it has none. */
export function flagOf(properties: PropertyMap, name: string): boolean {
  return properties[name] === true;
}

/** A property as a list of texts; empty when it has none. */
export function textsOf(properties: PropertyMap, name: string): string[] {
  const value = properties[name];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** A property as a list of objects; empty when it has none. */
export function blocksOf(properties: PropertyMap, name: string): PropertyMap[] {
  const value = properties[name];
  return Array.isArray(value) ? value.filter((item: PropertyValue) => isPropertyMap(item)) : [];
}

/** A property as an object; undefined when it has none. */
export function blockOf(properties: PropertyMap, name: string): PropertyMap | undefined {
  const value = properties[name];
  return isPropertyMap(value) ? value : undefined;
}

/** A property as an object of texts; empty when it has none. */
export function mapOf(properties: PropertyMap, name: string): Record<string, string> {
  const entries = Object.entries(blockOf(properties, name) ?? {});
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** A list of label blocks as an object. */
export function labelsOf(properties: PropertyMap, name: string): Record<string, string> {
  return Object.fromEntries(
    blocksOf(properties, name).map((label) => [textOf(label, "label"), textOf(label, "value")]),
  );
}
