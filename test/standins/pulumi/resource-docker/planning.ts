import type { PropertyMap, PropertyValue } from "../shared/property-values";
import { UNKNOWN, Unknown, isPropertyMap, sameValue } from "../shared/property-values";
import type { DifferenceKind } from "../shared/resource-provider";
import type { Attribute, Schema } from "./schema";

/** Whether a value is as good as none: the original's state does not tell "" or 0 from nothing. */
export function isEmpty(value: PropertyValue | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isPropertyMap(value) && Object.keys(value).length === 0;
}

/** What a field of a new block has when it is not set. */
function emptyField(attribute: Attribute): PropertyValue {
  if (attribute.kind === "text") return "";
  return attribute.kind === "list" || attribute.kind === "set" ? [] : null;
}

function planBlock(block: Attribute, value: PropertyValue, old: PropertyValue | undefined): PropertyValue {
  const { fields } = block;
  if (fields === undefined || !isPropertyMap(value)) return value;
  // Only a single block is the same one as before: what the engine decides in it stays.
  if (block.ordered === true) return planProperties(fields, value, isPropertyMap(old) ? old : undefined);
  const planned = planProperties(fields, value, undefined);
  if (old !== undefined) return planned;
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, planned[name] ?? emptyField(field)]));
}

/** What the engine decides: unknown for a new resource, and for a list that a failed creation has left without a value. */
function keptByEngine(attribute: Attribute, old: PropertyValue | undefined): PropertyValue {
  const isList = attribute.kind === "list" || attribute.kind === "blocks";
  return old === undefined || (old === null && isList) ? UNKNOWN : old;
}

function planInput(attribute: Attribute, input: PropertyValue, old: PropertyValue | undefined): PropertyValue {
  if (attribute.kind !== "blocks" || !Array.isArray(input)) return planBlock(attribute, input, old);
  return input.map((item) => planBlock(attribute, item, old));
}

function planValue(attribute: Attribute, input: PropertyValue, old: PropertyValue | undefined): PropertyValue {
  if (attribute.keptWhenEmpty === true && isEmpty(input) && old !== undefined) return old;
  if (input === null && attribute.default === undefined && attribute.computed === true) {
    return keptByEngine(attribute, old);
  }
  const nothing = attribute.kind === "map" && isPropertyMap(old) ? {} : (attribute.empty ?? null);
  const wanted = input ?? attribute.default ?? nothing;
  const planned = planInput(attribute, wanted, old);
  // Nothing and empty are the same, and so are sets in another order: what is there stays as it is.
  return old !== undefined && equalValues(attribute, old, planned) ? old : planned;
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
  if (attribute.format === "ratio") return Number(old) === Number(planned);
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
  const step = /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `["${name.replaceAll('"', '\\"')}"]`;
  return parent === "" ? name : parent + step;
}

function kindOf(old: PropertyValue, planned: PropertyValue, replace: boolean): DifferenceKind {
  const isNothing = (value: PropertyValue): boolean => value === null || (typeof value === "object" && isEmpty(value));
  const isGone = planned !== false && isEmpty(planned);
  const kind = isNothing(old) ? "add" : isGone ? "delete" : "update";
  return replace ? `${kind}-replace` : kind;
}

function isFixed(attribute: Attribute): boolean {
  return attribute.forceNew === true && attribute.supported === true;
}

/** Whether a difference replaces the resource: of a set of blocks its size counts, and what of each block does. */
function replaces(attribute: Attribute, old: PropertyValue, planned: PropertyValue): boolean {
  if (equalValues(attribute, old, planned)) return false;
  const fields = Object.entries(attribute.fields ?? {});
  if (fields.length === 0) return attribute.forceNew === true;
  const blocks = (value: PropertyValue): readonly PropertyValue[] =>
    Array.isArray(value) ? value : isPropertyMap(value) ? [value] : [];
  const [before, after] = [blocks(old), blocks(planned)];
  const anyField = fields.some(([, field]) => isFixed(field));
  if (before.length !== after.length) return attribute.forceNew === true || anyField;
  if (attribute.kind === "blocks") return anyField;
  return fields.some(([name, field]) => {
    const [left, right] = [before[0], after[0]];
    return isPropertyMap(left) && isPropertyMap(right) && replaces(field, left[name] ?? null, right[name] ?? null);
  });
}

/** A replaced block with a text that is not set is not found again by the original: it tells of the set as a whole. */
function lacksText(attribute: Attribute, block: PropertyValue): boolean {
  return (
    isPropertyMap(block) &&
    Object.entries(attribute.fields ?? {}).some(
      ([name, { kind }]) => (kind === "text" || kind === "list" || kind === "set") && isEmpty(block[name]),
    )
  );
}

/** Whether a whole block, new or gone, replaces the resource: by itself or by one of its fields. */
function isFixedBlock(attribute: Attribute): boolean {
  return attribute.forceNew === true || Object.values(attribute.fields ?? {}).some(isFixed);
}

/** Goes through two states and writes down where they differ. */
class Differ {
  readonly differences = new Map<string, DifferenceKind>();

  private note(path: string, attribute: Attribute, old: PropertyValue, planned: PropertyValue): void {
    this.differences.set(path, kindOf(old, planned, attribute.forceNew === true));
  }

  private noteWhole(path: string, attribute: Attribute, old: PropertyValue, planned: PropertyValue): void {
    const fixed = attribute.kind === "blocks" ? isFixedBlock(attribute) : attribute.forceNew === true;
    this.differences.set(path, kindOf(old, planned, fixed));
  }

  private compareElements(
    path: string,
    attribute: Attribute,
    old: readonly PropertyValue[],
    planned: readonly PropertyValue[],
  ): void {
    const ordered = attribute.kind === "list" || attribute.ordered === true;
    const different = (items: readonly PropertyValue[], others: readonly PropertyValue[]): readonly number[] =>
      ordered
        ? items.flatMap((item, index) => (sameValue(item, others[index]) ? [] : [index]))
        : unmatched(attribute, items, others);
    const removed = new Set(different(old, planned));
    const added = new Set(different(planned, old));
    const isIncomplete = [...added].some((index) => lacksText(attribute, planned[index] ?? null));
    if (isIncomplete && replaces(attribute, [...old], [...planned])) {
      this.note(path, attribute, [...old], [...planned]);
      return;
    }
    for (const index of new Set([...removed, ...added])) {
      const before = removed.has(index) ? (old[index] ?? null) : null;
      const after = added.has(index) ? (planned[index] ?? null) : null;
      const elementPath = `${path}[${index}]`;
      if (isPropertyMap(before) && isPropertyMap(after)) {
        this.compareFields(elementPath, attribute.fields ?? {}, before, after);
      } else this.noteWhole(elementPath, attribute, before, after);
    }
  }

  private compareFields(path: string, fields: Schema, old: PropertyMap, planned: PropertyMap): void {
    for (const [name, field] of Object.entries(fields)) {
      this.compare(pathOf(path, name), field, old[name] ?? null, planned[name] ?? null);
    }
  }

  private compareKeys(path: string, attribute: Attribute, old: PropertyMap, planned: PropertyMap): void {
    for (const name of new Set([...Object.keys(old), ...Object.keys(planned)])) {
      if (sameValue(old[name], planned[name])) continue;
      this.note(pathOf(path, name), attribute, old[name] ?? null, planned[name] ?? null);
    }
  }

  compare(path: string, attribute: Attribute, old: PropertyValue, planned: PropertyValue): void {
    if (equalValues(attribute, old, planned)) return;
    if (attribute.kind === "map" && isPropertyMap(old) && isPropertyMap(planned)) {
      this.compareKeys(path, attribute, old, planned);
    } else if (isEmpty(old) || isEmpty(planned)) {
      this.noteWhole(path, attribute, old, planned);
    } else if (Array.isArray(old) && Array.isArray(planned)) this.compareElements(path, attribute, old, planned);
    else if (isPropertyMap(old) && isPropertyMap(planned)) {
      this.compareFields(path, attribute.fields ?? {}, old, planned);
    } else this.note(path, attribute, old, planned);
  }
}

/**
 * The maps in single blocks that have no value in the state, as after a creation: the original tells that they become
 * empty ones, whenever something else differs.
 */
function mapsWithoutValue(schema: Schema, state: PropertyMap, parent = ""): [path: string, attribute: Attribute][] {
  return Object.entries(schema).flatMap(([name, attribute]) => {
    const [path, value] = [pathOf(parent, name), state[name] ?? null];
    if (attribute.kind === "map" && parent !== "" && value === null) return [[path, attribute]];
    const { fields } = attribute;
    return attribute.kind === "block" && fields !== undefined && isPropertyMap(value)
      ? mapsWithoutValue(fields, value, path)
      : [];
  });
}

function inPlace(kind: DifferenceKind): DifferenceKind {
  return kind.replace("-replace", "") as DifferenceKind;
}

/** Where two states differ, by property path, and whether that replaces the resource. */
export function compareStates(schema: Schema, old: PropertyMap, planned: PropertyMap): Map<string, DifferenceKind> {
  const differ = new Differ();
  let replacing = false;
  for (const [name, attribute] of Object.entries(schema)) {
    const [before, after] = [old[name] ?? null, planned[name] ?? null];
    differ.compare(name, attribute, before, after);
    replacing ||= replaces(attribute, before, after);
  }
  if (differ.differences.size > 0) {
    for (const [path, { forceNew }] of mapsWithoutValue(schema, old)) {
      differ.differences.set(path, forceNew === true ? "add-replace" : "add");
    }
  }
  if (replacing) {
    // A replacement that no path tells of is told by a path of the original's own.
    const isTold = [...differ.differences.values()].some((kind) => kind.endsWith("-replace"));
    if (!isTold) differ.differences.set("__meta", "update-replace");
    return differ.differences;
  }
  return new Map([...differ.differences].map(([path, kind]) => [path, inPlace(kind)]));
}
