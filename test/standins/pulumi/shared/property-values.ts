import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/**
 * A property as Pulumi's engine sends it: JSON, in which some objects and one string stand for more (secrets, assets,
 * values not known yet). The markers are part of Pulumi's wire protocol.
 */
export type PropertyValue =
  null | boolean | number | string | Unknown | Secret | Asset | PropertyValue[] | { [name: string]: PropertyValue };

/** A property as it is on the wire: JSON. */
export type WireValue = null | boolean | number | string | WireValue[] | { [name: string]: WireValue };

/** A resource's properties by name. */
export type PropertyMap = Record<string, PropertyValue>;

/** The key that marks an object as one of the special values below. */
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
/** The signature of a secret. */
export const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
/** The signature of an asset. */
export const ASSET_SIGNATURE = "c44067f5952c0a294b673a41bacd8c17";
/** The signature of an archive. */
export const ARCHIVE_SIGNATURE = "0def7320c3a5731c473e5ecbe6d01bc7";
/** What stands for a value that is not known yet. */
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value that only `up` will know. */
export class Unknown {
  readonly kind = "unknown";
}

/** A value to be hidden wherever it is shown. */
export class Secret {
  readonly kind = "secret";
  constructor(readonly value: PropertyValue) {}
}

/** An asset or an archive, kept as it came: the stand-ins only hand them on. */
export class Asset {
  readonly kind = "asset";
  constructor(readonly wire: Record<string, WireValue>) {}
}

/** The one unknown. */
export const UNKNOWN = new Unknown();

/** Whether `value` is a plain object of properties: no list, no null, no special value. */
export function isPropertyMap(value: PropertyValue | undefined): value is PropertyMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown) &&
    !(value instanceof Secret) &&
    !(value instanceof Asset)
  );
}

function fromWire(wire: WireValue): PropertyValue {
  if (wire === UNKNOWN_TEXT) return UNKNOWN;
  if (Array.isArray(wire)) return wire.map(fromWire);
  if (typeof wire !== "object" || wire === null) return wire;
  const signature = wire[SIGNATURE_KEY];
  switch (signature) {
    case undefined:
      return Object.fromEntries(Object.entries(wire).map(([name, value]) => [name, fromWire(value)]));
    case SECRET_SIGNATURE:
      return new Secret(fromWire(wire["value"] ?? null));
    case ASSET_SIGNATURE:
    case ARCHIVE_SIGNATURE:
      return new Asset(wire);
    default:
      throw new Error(`a property has the signature ${JSON.stringify(signature)}, which this plugin does not know`);
  }
}

function toWire(value: PropertyValue): WireValue {
  if (value instanceof Unknown) return UNKNOWN_TEXT;
  if (value instanceof Secret) return { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: toWire(value.value) };
  if (value instanceof Asset) return value.wire;
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toWire(item)]));
}

/** Reads a request's properties; a request without any has none. */
export function decodeProperties(struct: Struct | undefined): PropertyMap {
  if (struct === undefined) return {};
  const decoded = fromWire(struct.toJavaScript());
  return isPropertyMap(decoded) ? decoded : {};
}

/** Writes a response's properties. */
export function encodeProperties(properties: PropertyMap): Struct {
  return Struct.fromJavaScript(toWire(properties) as Record<string, WireValue>);
}

/** Whether a value, or anything in it, is not known yet. */
export function containsUnknown(value: PropertyValue | undefined): boolean {
  if (value instanceof Unknown) return true;
  if (value instanceof Secret) return containsUnknown(value.value);
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isPropertyMap(value) && Object.values(value).some(containsUnknown);
}

/** The value without any secret wrapper, at every depth. */
export function revealSecrets(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) return revealSecrets(value.value);
  if (Array.isArray(value)) return value.map(revealSecrets);
  if (!isPropertyMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revealSecrets(item)]));
}

/** Whether two values are the same, secrets compared by what they hold. Unknown is equal to nothing. */
export function sameValue(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  if (left instanceof Secret) return sameValue(left.value, right);
  if (right instanceof Secret) return sameValue(left, right.value);
  if (left === undefined || right === undefined) return left === right;
  if (left instanceof Unknown || right instanceof Unknown) return false;
  if (left instanceof Asset || right instanceof Asset) {
    return left instanceof Asset && right instanceof Asset && JSON.stringify(left.wire) === JSON.stringify(right.wire);
  }
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => sameValue(item, right[index]));
  }
  if (isPropertyMap(left) && isPropertyMap(right)) {
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...names].every((name) => sameValue(left[name], right[name]));
  }
  return left === right;
}
