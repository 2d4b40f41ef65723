import { z } from "zod";

import { formatPath } from "../../../infra/settings/problems";
import { entryOf, keysOf, metaOf, shapeOf, unwrap } from "../../../infra/settings/schema/walk";
import { smallestConfig } from "./fixtures";

/** The classes of errors that a setting can have. */
export type ErrorClass =
  "missing" | "wrong type" | "out of range" | "malformed" | "duplicate" | "unknown neighbour" | "empty";

/** An invalid value of one setting, and the expected message. */
export interface BadSetting {
  readonly kind: ErrorClass;
  /** The setting's path: keys and indices. */
  readonly path: readonly PropertyKey[];
  /** The invalid value; undefined if the setting is missing. */
  readonly value: unknown;
  /** The path that the message names. */
  readonly at: readonly PropertyKey[];
  /** The expected message after the path. */
  readonly says: RegExp;
  /** Whether the value is a secret, which no message may contain. */
  readonly secret: boolean;
}

/**
 * Invalid settings for every key of a mapping and of the mappings below it, in every class of error that the key's type
 * allows.
 */
export function badSettings(schema: z.core.$ZodType, path: readonly PropertyKey[] = []): BadSetting[] {
  return Object.entries(shapeOf(schema) ?? {}).flatMap(([key, setting]) => {
    const here = [...path, key];
    const secret = metaOf(setting).setWith !== undefined;
    const missing =
      unwrap(setting) === setting ? [{ kind: "missing" as const, value: undefined, says: /is missing; / }] : [];
    const unknown: BadSetting = {
      kind: "unknown neighbour",
      path: [...path, `x${key}`],
      at: [...path, `x${key}`],
      value: secret ? "not-to-be-shown" : sampleOf(setting),
      says: new RegExp(`is not a setting; the nearest one is "${key}"`),
      secret,
    };
    const absent = missing.map((bad) => ({ ...bad, path: here, at: here, secret }));
    return [unknown, ...absent, ...badValues(setting, here, secret)];
  });
}

/** Invalid values of a setting and of the settings below it. */
function badValues(schema: z.core.$ZodType, path: readonly PropertyKey[], secret: boolean): BadSetting[] {
  const bare = unwrap(schema);
  // The engine passes top-level values as text, so a number can't be distinguished from digits in quotes there.
  const top = path.length === 1;
  const bad = (kind: ErrorClass, value: unknown, says: RegExp, key?: PropertyKey): BadSetting => {
    const at = key === undefined ? path : [...path, key];
    return { kind, path: at, at, value, says, secret };
  };
  const empty = (says: RegExp): BadSetting[] => (top || isResettable(schema) ? [] : [bad("empty", null, says)]);
  if (bare instanceof z.ZodObject) {
    const says = /is not a mapping of keys to values/;
    return [
      bad("wrong type", "a text", says),
      bad("wrong type", [1], says),
      ...empty(says),
      ...badSettings(bare, path),
    ];
  }
  if (bare instanceof z.ZodArray) {
    const says = /is not a list/;
    const short = bare.safeParse([]).success
      ? []
      : [bad("out of range", [], /needs (at least one|a form and a command)/)];
    const below = entryOf(bare);
    return [
      ...[bad("wrong type", "a text", says), bad("wrong type", { a: "b" }, says), ...empty(says), ...short],
      ...(below === undefined || mayRepeat(path) ? [] : [twice(path, sampleOf(below))]),
      ...(below === undefined ? [] : badValues(below, [...path, 0], secret)),
    ];
  }
  if (bare instanceof z.ZodRecord) {
    const says = /is not a mapping of keys to values/;
    return [
      ...[bad("wrong type", "a text", says), bad("wrong type", ["a"], says), ...empty(says)],
      bad("wrong type", 5, /is not a text \(put it in quotes\)/, "name"),
      bad("malformed", "a value", /has the wrong form: the key must be a (variable|label)'s name/, "="),
    ];
  }
  if (bare instanceof z.ZodNumber) {
    const says = /is not a (whole )?number/;
    const { minValue: low, maxValue: high } = bare;
    return [
      ...[bad("wrong type", "many", says), bad("wrong type", 1.5, says), bad("wrong type", [1], says), ...empty(says)],
      bad("out of range", Number(low) - 1, low === 0 && top ? says : new RegExp(`is out of range: at least ${low}`)),
      bad("out of range", Number(high) + 1, new RegExp(`is out of range: at most ${high}`)),
    ];
  }
  if (bare instanceof z.ZodBoolean) {
    const says = /is not true or false/;
    return [bad("wrong type", "yes", says), bad("wrong type", [true], says), ...empty(says)];
  }
  if (bare instanceof z.ZodEnum || bare instanceof z.ZodLiteral) {
    const says = /is not one of these: /;
    return [bad("malformed", "no such word", says), bad("wrong type", ["a"], says), ...empty(says)];
  }
  if (bare instanceof z.ZodString) {
    const says = /is not a text \(put it in quotes\)/;
    return [
      ...[bad("wrong type", ["a text"], says), bad("wrong type", { a: "text" }, says)],
      // In a stack's settings, a null resets the shared value, so the setting is missing.
      ...empty(/(is not a text \(put it in quotes\)|is missing; )/),
      ...(top ? [] : [bad("wrong type", 123_456_789, says)]),
      ...(top ? [] : [bad("wrong type", true, says)]),
      ...malformedTexts.filter((text) => !bare.safeParse(text).success).map((text) => bad("malformed", text, /\S+/)),
    ];
  }
  throw new Error(`No errors are known for the type of ${path.map(String).join(".")}: say here which it can have.`);
}

/** Whether a host can reset the stack's value by `null`. */
function isResettable(schema: z.core.$ZodType): boolean {
  return schema instanceof z.ZodOptional && schema.unwrap() instanceof z.ZodNullable;
}

/** Whether a list may contain equal entries: the words of a health check's command. */
function mayRepeat(path: readonly PropertyKey[]): boolean {
  return path.at(-1) === "test";
}

/** A list with a duplicate entry. */
function twice(path: readonly PropertyKey[], entry: unknown): BadSetting {
  const value = [entry, entry];
  return { kind: "duplicate", path, at: [...path, 1], value, says: /is the same as \w/, secret: false };
}

/** The beginning of the message's line. For duplicate entries it may also contain the key that is the same. */
export function startOfLine({ kind, at }: Pick<BadSetting, "kind" | "at">): RegExp {
  const path = formatPath(at).replace(/[.[\]!]/g, "\\$&");
  return new RegExp(`^ +datadog-hosts:${path}${kind === "duplicate" ? "(\\.[a-zA-Z]+)?" : ""}: `);
}

/** Texts that some formats refuse; those that a setting's format refuses count as malformed. */
const malformedTexts = ["", "Two words!", "-", "../up", "http://", "ssh-rsa AAAA", "ü", "a".repeat(300), "tab\there"];

/** A valid value for a setting: its example if that is valid, otherwise one of some candidates. */
function sampleOf(schema: z.core.$ZodType): unknown {
  const bare = unwrap(schema);
  const shape = shapeOf(bare);
  if (shape !== undefined) {
    const required = keysOf(bare).filter((key) => shape[key] !== undefined && unwrap(shape[key]) === shape[key]);
    return Object.fromEntries(required.map((key) => [key, sampleOf(shape[key] as z.core.$ZodType)]));
  }
  const entry = entryOf(bare);
  if (entry !== undefined && z.safeParse(bare, [sampleOf(entry)]).success) return [sampleOf(entry)];
  const candidates = [metaOf(schema).example, smallestConfig.hosts[0].hostKey, smallestConfig.apiKey, "redisdb", "k:v"];
  const found = candidates.find((value) => z.safeParse(bare, value).success);
  if (found === undefined) throw new Error("a setting without a valid sample");
  return found;
}

/**
 * Settings with invalid values; the mappings around them are completed.
 * @param base valid settings. Default: the smallest.
 */
export function settingsWith(
  schema: z.core.$ZodType,
  bad: readonly Pick<BadSetting, "path" | "value">[],
  base: unknown = smallestConfig,
): unknown {
  return bad.reduce((settings, { path, value }) => place(settings, schema, path, value), structuredClone(base));
}

/** Groups invalid settings that can be combined: within a group, no path is part of another. */
export function compatible(all: readonly BadSetting[]): BadSetting[][] {
  const within = (inner: readonly PropertyKey[], outer: readonly PropertyKey[]): boolean =>
    outer.every((part, index) => part === inner[index]);
  const groups: BadSetting[][] = [];
  for (const bad of all) {
    const free = groups.find((group) => !group.some(({ path }) => within(path, bad.path) || within(bad.path, path)));
    if (free === undefined) groups.push([bad]);
    else free.push(bad);
  }
  return groups;
}

function place(
  whole: unknown,
  schema: z.core.$ZodType | undefined,
  path: readonly PropertyKey[],
  value: unknown,
): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  const below =
    schema === undefined ? undefined : typeof first === "number" ? entryOf(schema) : shapeOf(schema)?.[String(first)];
  const base = whole ?? (schema === undefined || unwrap(schema) instanceof z.ZodRecord ? {} : sampleOf(schema));
  if (Array.isArray(base))
    return base.map((entry: unknown, index) => (index === first ? place(entry, below, rest, value) : entry));
  const { [first as string]: old, ...others } = base as Record<string, unknown>;
  const placed = place(old, below, rest, value);
  return placed === undefined ? others : { ...others, [first]: placed };
}
