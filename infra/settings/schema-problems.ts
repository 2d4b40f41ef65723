import { closest } from "fastest-levenshtein";
import type { z } from "zod";

import { formatPath, type Problem } from "./problems";
import { settingAdvice, keysOf, schemaAt } from "./schema/walk";

/**
 * Converts the schema's errors into problems that name each key, say what is wrong and show what to write.
 * @param refused the reasons, by path, for settings that the schema has no place for. Default: none.
 */
export function toProblems(
  error: z.ZodError,
  schema: z.ZodType,
  refused: Readonly<Record<string, string>> = {},
): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const reason = textOf(refused, formatPath(issue.path));
    if (reason !== undefined) return [{ path: formatPath(issue.path), problem: reason }];
    if (issue.code === "unrecognized_keys") {
      const known = keysOf(schemaAt(schema, issue.path));
      return issue.keys.map((key) => {
        const path = formatPath([...issue.path, key]);
        const why = textOf(refused, path) ?? textOf(moved, `${String(issue.path.at(-1))}.${key}`);
        return { path, problem: why ?? unknownKey(key, known) };
      });
    }
    const advice = settingAdvice(schema, issue.path);
    return [{ path: formatPath(issue.path), problem: [describeIssue(issue), advice].filter(Boolean).join("; ") }];
  });
}

/** Settings of earlier versions, by their last two keys, and what to write in their place. */
const moved: Readonly<Record<string, string>> = {
  "agent.discovery": "has moved: write `discovery: agent` beside `agent` for true, and nothing for false",
};

/** A text by its key. A key such as `constructor` is on every object, and has no text. */
function textOf(texts: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(texts, key) ? texts[key] : undefined;
}

function unknownKey(key: string, known: readonly string[]): string {
  return known.length === 0
    ? "is not a setting"
    : `is not a setting; the nearest one is "${closest(key, known)}" (docs/settings.md lists all)`;
}

/**
 * The first problem with a value, as a phrase that follows its name: `is out of range: at most 65535`. Undefined if the schema
 * takes it.
 */
export function settingProblem(schema: z.ZodType, value: unknown): string | undefined {
  return schema.safeParse(value).error?.issues.map(describeIssue)[0];
}

function describeIssue(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is missing" : `is not ${expectation(issue.expected)}`;
    case "invalid_value":
      return `is not one of these: ${issue.values.map(String).join(", ")}`;
    case "too_big":
      return issue.origin === "number" || issue.origin === "int"
        ? `is out of range: at most ${String(issue.maximum)}`
        : issue.message.replace(/^has at most/, "is too long: at most");
    case "too_small":
      return issue.origin === "number" || issue.origin === "int"
        ? `is out of range: at least ${String(issue.minimum)}`
        : issue.message;
    case "invalid_key":
      return `has the wrong form: the key ${mustBe(issue.issues.map(({ message }) => message).join(", "))}`;
    case "invalid_format":
      return `has the wrong form: it ${mustBe(issue.message)}`;
    default:
      return issue.message;
  }
}

/** What a value must be, from a message of the schema, which says what it is. */
function mustBe(message: string): string {
  return message.replace(/^is /, "must be ");
}

function expectation(expected: string): string {
  const names: Record<string, string> = {
    string: "a text (put it in quotes)",
    int: "a whole number",
    number: "a number",
    boolean: "true or false",
    array: "a list",
    object: "a mapping of keys to values",
    record: "a mapping of keys to values",
  };
  return names[expected] ?? expected;
}
