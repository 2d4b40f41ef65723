import type { PropertyMap, PropertyValue } from "../shared/property-values";
import { containsUnknown, isPropertyMap } from "../shared/property-values";
import type { Attribute, Schema } from "./schema";
import { isEmpty } from "./planning";

/** Whether order does not count in it. */
export function isSet(attribute: Attribute): boolean {
  if (attribute.kind === "set") return true;
  return (attribute.kind === "block" || attribute.kind === "blocks") && attribute.ordered !== true;
}

function isCollection(attribute: Attribute): boolean {
  return attribute.kind !== "text" && attribute.kind !== "flag" && attribute.kind !== "number";
}

/**
 * The state of a resource right after it was made: what was planned for a set stands, whatever the engine says of it, and
 * so does the plan's choice between nothing and empty.
 */
export function settle(schema: Schema, planned: PropertyMap, read: PropertyMap): PropertyMap {
  const settled = { ...read };
  for (const [name, attribute] of Object.entries(schema)) {
    const plan = planned[name] ?? null;
    const found = read[name];
    if (!isSet(attribute) && attribute.fields !== undefined && isPropertyMap(plan) && isPropertyMap(found)) {
      settled[name] = settle(attribute.fields, plan, found);
      continue;
    }
    if (containsUnknown(plan)) continue;
    const keepsPlan = isSet(attribute) && plan !== null;
    const bothEmpty = isCollection(attribute) && isEmpty(plan) && isEmpty(found);
    if (keepsPlan || bothEmpty) settled[name] = plan;
  }
  return settled;
}

const ZEROS: Partial<Record<Attribute["kind"], PropertyValue>> = { flag: false, number: 0 };

function zeroFields(fields: Schema, block: PropertyValue): PropertyValue {
  if (!isPropertyMap(block)) return block;
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, block[name] ?? ZEROS[field.kind] ?? null]),
  );
}

/** A state as it is read: sets of texts in order, and in sets of blocks zeros for what is not set. */
export function withZeros(schema: Schema, state: PropertyMap): PropertyMap {
  const zeroed = { ...state };
  for (const [name, attribute] of Object.entries(schema)) {
    const value = zeroed[name];
    if (!Array.isArray(value) || !isSet(attribute)) continue;
    const { fields } = attribute;
    zeroed[name] = fields === undefined ? [...value].sort() : value.map((block) => zeroFields(fields, block));
  }
  return zeroed;
}
