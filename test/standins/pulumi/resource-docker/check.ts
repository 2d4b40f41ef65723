import type { PropertyMap, PropertyValue } from "../shared/property-values";
import { Unknown, isPropertyMap } from "../shared/property-values";
import { nameOfUrn, typeOfUrn } from "../shared/resource-provider";
import type { CheckFailure, CheckResult } from "../shared/resource-provider";
import type { Attribute, Schema } from "./schema";

/** The key under which the inputs name those that are defaults, at each level. */
export const DEFAULTS_KEY = "__defaults";

const KIND_NAMES = {
  text: "a string",
  flag: "a boolean",
  number: "a whole number",
  list: "a list of strings",
  set: "a list of strings",
  map: "an object of strings",
  block: "an object",
  blocks: "a list of objects",
};

function isText(value: PropertyValue): boolean {
  return typeof value === "string" || value instanceof Unknown;
}

function fits(attribute: Attribute, value: PropertyValue): boolean {
  if (value instanceof Unknown) return true;
  switch (attribute.kind) {
    case "text":
      return typeof value === "string";
    case "flag":
      return typeof value === "boolean";
    case "number":
      return typeof value === "number" && Number.isInteger(value);
    case "list":
    case "set":
      return Array.isArray(value) && value.every(isText);
    case "map":
      return isPropertyMap(value) && Object.values(value).every(isText);
    case "block":
      return isPropertyMap(value);
    case "blocks":
      return Array.isArray(value) && value.every((item) => item instanceof Unknown || isPropertyMap(item));
  }
}

/** As Go reads it. */
const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const FORMATS = {
  duration: { pattern: /^([-+]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+$|^0$/, complaint: "is not a valid duration" },
  path: { pattern: /^([a-zA-Z]:[\\/]|\/)/, complaint: "must be an absolute path" },
  ratio: { pattern: /^(0(\.\d*)?|\.\d+|1(\.0*)?)$/, complaint: "has to be between 0.0 and 1.0" },
  base64: { pattern: BASE64, complaint: "is not base64 decodeable" },
};

/** What is wrong with a value of the right kind, in the original's words. */
function complaintOf(attribute: Attribute, value: PropertyValue): string | undefined {
  if (typeof value === "number" && attribute.minimum !== undefined && value < attribute.minimum) {
    return `'${value}' cannot be lower than ${attribute.minimum}`;
  }
  if (typeof value !== "string") return undefined;
  if (attribute.pattern?.test(value) === false)
    return `'${value}' doesn't match the pattern '${attribute.pattern.source}'`;
  const format = attribute.format === undefined ? undefined : FORMATS[attribute.format];
  return format?.pattern.test(value) === false ? `'${value}' ${format.complaint}` : undefined;
}

/** Collects what is wrong while inputs are gone through. */
class Checker {
  readonly failures: CheckFailure[] = [];

  constructor(
    private readonly typeToken: string,
    private readonly resource: string,
  ) {}

  private fail(path: string, reason: string): void {
    this.failures.push({ property: path, reason });
  }

  /** A failure as the original words it; within a set it names the set only. */
  private complain(path: string, complaint: string): void {
    const shown = path.replace(/\[.*$/, "");
    this.fail("", `${complaint}. ${complaint}. Examine values at '${this.resource}.${shown}'.`);
  }

  private checkValue(path: string, attribute: Attribute, value: PropertyValue): PropertyValue {
    if (!fits(attribute, value)) {
      this.fail(path, `expected ${KIND_NAMES[attribute.kind]}`);
      return value;
    }
    const complaint = complaintOf(attribute, value);
    if (complaint !== undefined) this.complain(path, complaint);
    const { fields } = attribute;
    if (fields === undefined) return value;
    if (isPropertyMap(value)) return this.checkProperties(`${path}.`, fields, value);
    if (!Array.isArray(value)) return value;
    return value.map((item, index) =>
      isPropertyMap(item) ? this.checkProperties(`${path}[${index}].`, fields, item) : item,
    );
  }

  private refuse(path: string, isKnown: boolean): void {
    if (isKnown)
      this.fail(path, `the stand-in for the Docker plugin does not support this property of ${this.typeToken}`);
    else this.fail("", `Invalid or unknown key. Examine values at '${this.resource}.${path}'.`);
  }

  /** Inputs with their defaults. A null is no value. */
  checkProperties(prefix: string, schema: Schema, news: PropertyMap): PropertyMap {
    const inputs: PropertyMap = {};
    const defaults: string[] = [];
    for (const [name, value] of Object.entries(news)) {
      if (value === null || name.startsWith("__")) continue;
      const attribute = schema[name];
      if (attribute?.supported === true) inputs[name] = this.checkValue(prefix + name, attribute, value);
      else this.refuse(prefix + name, attribute !== undefined);
    }
    for (const [name, attribute] of Object.entries(schema)) {
      if (inputs[name] !== undefined) continue;
      if (attribute.required === true)
        this.fail(prefix + name, "Missing required property; this stand-in makes none up");
      // A default that is as good as nothing is left to the state.
      if (attribute.default === undefined || attribute.default === false || attribute.default === 0) continue;
      inputs[name] = attribute.default;
      defaults.push(name);
    }
    inputs[DEFAULTS_KEY] = defaults.sort();
    return inputs;
  }
}

/** Checks a resource's inputs against its schema: anything that is not known is named and refused. */
export function checkInputs(urn: string, schema: Schema, news: PropertyMap): CheckResult {
  const checker = new Checker(typeOfUrn(urn), nameOfUrn(urn));
  const inputs = checker.checkProperties("", schema, news);
  return { inputs, failures: checker.failures };
}
