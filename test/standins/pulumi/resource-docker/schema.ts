import type { PropertyValue } from "../shared/property-values";

/** The shapes a property can have. Sets are compared without order, lists with it. */
export type AttributeKind = "text" | "flag" | "number" | "list" | "set" | "map" | "block" | "blocks";

/** One property of a resource, as the original's schema has it. */
export interface Attribute {
  readonly kind: AttributeKind;
  /** Whether a program may set it here. The others exist in the state only. */
  readonly supported?: boolean;
  /** Needed from the program. */
  readonly required?: boolean;
  /** A change replaces the resource. */
  readonly forceNew?: boolean;
  /** Without a value from the program, the engine's value stands. */
  readonly computed?: boolean;
  /** An empty value from the program is no change. */
  readonly keptWhenEmpty?: boolean;
  /** The value when the program gives none. */
  readonly default?: boolean | number | string;
  /** The values it can take. */
  readonly pattern?: RegExp;
  /** What its text has to be beyond a text: `1m30s`, an absolute path, a number from 0 to 1, or bytes in base64. */
  readonly format?: "duration" | "path" | "ratio" | "base64";
  /** The smallest number it can take. */
  readonly minimum?: number;
  /** Blocks that are a list in the original; else they are a set. */
  readonly ordered?: boolean;
  /** The fields of a block, or of each of its blocks. */
  readonly fields?: Schema;
  /** What the state has when nothing is set. Default: null. */
  readonly empty?: PropertyValue;
}

/** Properties by name. */
export type Schema = Readonly<Record<string, Attribute>>;

/** A text that a program may set. */
export const text: Attribute = { kind: "text", supported: true };
/** A text whose change replaces the resource. */
export const fixedText: Attribute = { kind: "text", supported: true, forceNew: true };
/** A property that exists in the state only. */
export const stateOnly = (kind: AttributeKind, empty: PropertyValue = null): Attribute => ({
  kind,
  forceNew: true,
  empty,
});
/** A label; a change replaces what it is on. */
export const label: Schema = {
  label: { kind: "text", supported: true, required: true, forceNew: true },
  value: { kind: "text", supported: true, required: true, forceNew: true },
};
