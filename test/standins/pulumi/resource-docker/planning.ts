import type { PropertyMap, PropertyValue } from "../shared/property-values";
import { UNKNOWN, Unknown, isPropertyMap, sameValue } from "../shared/property-values";
import type { DifferenceKind } from "../shared/resource-provider";
import type { Attribute, Schema } from "./container-schema";

/** Whether a value is as good as none: the original's state does not tell "" or 0 from nothing. */
export function isEmpty(value: PropertyValue | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isPropertyMap(value) && Object.keys(value).length === 0;
}

function planBlock(fields: Schema | undefined, value: PropertyValue): PropertyValue {
  if (fields === undefined || !isPropertyMap(value)) return value;
  return planProperties(fields, value, undefined);
}

/** What the engine decides: unknown for a new resource, and for a list that a failed creation has left without a value. */
function keptByEngine(attribute: Attribute, old: PropertyValue | undefined): PropertyValue {
  const isList = attribute.kind === "list" || attribute.kind === "blocks";
  return old === undefined || (old === null && isList) ? UNKNOWN : old;
}

function planValue(attribute: Attribute, input: PropertyValue, old: PropertyValue | undefined): PropertyValue {
  if (attribute.keptWhenEmpty === true && isEmpty(input) && old !== undefined) return old;
  if (input === null) {
    if (attribute.default !== undefined) return attribute.default;
    if (attribute.computed === true) return keptByEngine(attribute, old);
    return attribute.empty ?? null;
  }
  if (attribute.kind === "blocks" && Array.isArray(input))
    return input.map((item) => planBlock(attribute.fields, item));
  return planBlock(attribute.fields, input);
}

/**
 * The state that inputs lead to, before anything is done: what only the engine decides is as it was, or unknown for a
 * new resource (`olds` undefined).
 */
export function planProperties(schema: Schema, inputs: PropertyMap, olds: PropertyMap | undefined): PropertyMap {
  const planned: PropertyMap = {};
  for (const [name, attribute] of Object.entries(schema)) {
    const old = olds === undefined ? undefined : (olds[name] ?? null);
    planned[name] = planValue(attribute, inputs[name] ?? null, old);
  }
  return planned;
}

function equalValues(attribute: Attribute, old: PropertyValue, planned: PropertyValue): boolean {
  if (old instanceof Unknown || planned instanceof Unknown) return false;
  if (isEmpty(old) && isEmpty(planned)) return true;
  if ((attribute.kind === "set" || attribute.kind === "blocks") && Array.isArray(old) && Array.isArray(planned)) {
    return old.length === planned.length && unmatched(attribute, old, planned).length === 0;
  }
  if (attribute.fields !== undefined && isPropertyMap(old) && isPropertyMap(planned)) {
    return Object.entries(attribute.fields).every(([name, field]) =>
      equalValues(field, old[name] ?? null, planned[name] ?? null),
    );
  }
  return sameValue(old, planned);
}

function equalElements(attribute: Attribute, left: PropertyValue, right: PropertyValue): boolean {
  if (attribute.kind !== "blocks") return sameValue(left, right);
  return equalValues({ ...attribute, kind: "block" }, left, right);
}

/** The indexes of those of `items` that are not in `others`; each of the others stands for one. */
function unmatched(
  attribute: Attribute,
  items: readonly PropertyValue[],
  others: readonly PropertyValue[],
): readonly number[] {
  const free = [...others];
  return items.flatMap((item, index) => {
    const found = free.findIndex((other) => equalElements(attribute, item, other));
    if (found === -1) return [index];
    free.splice(found, 1);
    return [];
  });
}

function pathOf(parent: string, name: string): string {
  const step = /[."[\]]/.test(name) || name === "" ? `["${name.replaceAll('"', '\\"')}"]` : `.${name}`;
  return parent === "" ? name : parent + step;
}

function kindOf(old: PropertyValue, planned: PropertyValue, replace: boolean): DifferenceKind {
  const kind = old === null ? "add" : planned === null ? "delete" : "update";
  return replace ? `${kind}-replace` : kind;
}

/** Goes through two states and writes down where they differ. */
class Differ {
  readonly differences = new Map<string, DifferenceKind>();

  private note(path: string, old: PropertyValue, planned: PropertyValue, replace: boolean): void {
    this.differences.set(path, kindOf(old, planned, replace));
  }

  private compareElements(
    path: string,
    attribute: Attribute,
    old: readonly PropertyValue[],
    planned: readonly PropertyValue[],
    changed: ReadonlySet<number>,
  ): void {
    // A different number of blocks counts as a change of the list itself.
    const replace = attribute.forceNew === true && (attribute.kind !== "blocks" || old.length !== planned.length);
    for (const index of changed) {
      const before = old[index] ?? null;
      const after = planned[index] ?? null;
      const elementPath = `${path}[${index}]`;
      if (isPropertyMap(before) && isPropertyMap(after)) {
        this.compareFields(elementPath, attribute.fields ?? {}, before, after, replace);
      } else this.note(elementPath, before, after, replace);
    }
  }

  private compareFields(path: string, fields: Schema, old: PropertyMap, planned: PropertyMap, replace: boolean): void {
    for (const [name, field] of Object.entries(fields)) {
      const forced = replace ? { ...field, forceNew: true } : field;
      this.compare(pathOf(path, name), forced, old[name] ?? null, planned[name] ?? null);
    }
  }

  compare(path: string, attribute: Attribute, old: PropertyValue, planned: PropertyValue): void {
    if (equalValues(attribute, old, planned)) return;
    const replace = attribute.forceNew === true;
    if (Array.isArray(old) && Array.isArray(planned)) {
      const ordered = attribute.kind === "list";
      const indexes = Array.from({ length: Math.max(old.length, planned.length) }, (_, index) => index);
      const changed = ordered
        ? indexes.filter((index) => !sameValue(old[index], planned[index]))
        : [...unmatched(attribute, old, planned), ...unmatched(attribute, planned, old)];
      this.compareElements(path, attribute, old, planned, new Set(changed));
    } else if (isPropertyMap(old) && isPropertyMap(planned)) {
      if (attribute.fields !== undefined) this.compareFields(path, attribute.fields, old, planned, false);
      else {
        for (const name of new Set([...Object.keys(old), ...Object.keys(planned)])) {
          if (sameValue(old[name], planned[name])) continue;
          this.note(pathOf(path, name), old[name] ?? null, planned[name] ?? null, replace);
        }
      }
    } else this.note(path, old, planned, replace);
  }
}

/** Where two states differ, by property path, and which of the differences replace the resource. */
export function compareStates(schema: Schema, old: PropertyMap, planned: PropertyMap): Map<string, DifferenceKind> {
  const differ = new Differ();
  for (const [name, attribute] of Object.entries(schema)) {
    differ.compare(name, attribute, old[name] ?? null, planned[name] ?? null);
  }
  return differ.differences;
}
