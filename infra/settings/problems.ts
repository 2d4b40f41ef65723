import { RunError } from "@pulumi/pulumi";
import type { z } from "zod";

/** One thing that is wrong in the settings. */
export interface Problem {
  /** Where: the key's path below `datadog-hosts:`, such as `hosts[0].hostKey`. */
  readonly path: string;
  /** What is wrong and what to write instead, to be read after the path. Never carries a secret's value. */
  readonly problem: string;
}

/** Settings that can't be used. Pulumi prints the message alone, without a stack trace. */
export class SettingsError extends RunError {
  constructor(readonly problems: readonly Problem[]) {
    super(
      [
        `The settings of this stack can't be used (${problems.length === 1 ? "1 problem" : `${problems.length} problems`}); nothing was touched.`,
        ...problems.map(({ path, problem }) => `  datadog-hosts:${path}: ${problem}`),
      ].join("\n"),
    );
  }
}

/** What a key should look like where it is missing, by its path without indices. */
const examples: Readonly<Record<string, string>> = {
  project: "project: shop",
  environment: "environment: staging",
  hosts: "hosts: [{ name: web-1, address: 192.0.2.10, hostKey: ssh-ed25519 AAAA… }]",
  "hosts.name": "name: web-1",
  "hosts.address": "address: 192.0.2.10",
  "hosts.hostKey": "hostKey: ssh-ed25519 AAAA… (from `ssh-keyscan -t ed25519 ADDRESS`)",
  apiKey: "set it with `pulumi config set --secret datadog-hosts:apiKey`",
};

/** Turns what the schema found into problems that name each key and say what to write. */
export function toProblems(error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const path = formatPath(issue.path);
    switch (issue.code) {
      case "unrecognized_keys":
        return issue.keys.map((key) => ({
          path: formatPath([...issue.path, key]),
          problem: "is not a setting; see docs/settings.md for those there are",
        }));
      case "invalid_type":
        if (issue.input === undefined) return [{ path, problem: missing(issue.path) }];
        return [{ path, problem: `is not ${article(issue.expected)}` }];
      case "invalid_value":
        return [{ path, problem: `is none of ${issue.values.map(String).join(", ")}` }];
      case "too_big":
      case "too_small":
        if (issue.origin === "number" || issue.origin === "int") {
          const [bound, word] =
            issue.code === "too_big" ? [issue.maximum, "most"] : ([issue.minimum, "least"] as const);
          return [{ path, problem: `is out of range: at ${word} ${String(bound)}` }];
        }
        return [{ path, problem: issue.message }];
      default:
        return [{ path, problem: issue.message }];
    }
  });
}

function missing(path: readonly PropertyKey[]): string {
  const example = examples[path.filter((part) => typeof part === "string").join(".")];
  return example === undefined
    ? "is missing"
    : `is missing; ${example.startsWith("set ") ? example : `write ${example}`}`;
}

function article(expected: string): string {
  const words: Record<string, string> = {
    string: "a text (put it in quotes)",
    int: "a whole number",
    number: "a number",
    boolean: "true or false",
    array: "a list",
    object: "a mapping of keys to values",
    record: "a mapping of keys to values",
  };
  return words[expected] ?? expected;
}

/** `["hosts", 0, "name"]` as `hosts[0].name`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`))
    .join("");
}
