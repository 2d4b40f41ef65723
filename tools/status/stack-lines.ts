import { parse } from "yaml";

import type { ContainerRow, Fix } from "./schema";

/** What a setting of the stack's file can be. */
type Value = string | readonly Value[] | { readonly [key: string]: Value };

/** What a setting's name begins with in the stack's file. */
const prefix = "datadog-hosts:";

/** The line that gives a setting of the stack's file a value. */
export function stackLine(key: string, value: Value): Fix {
  return { place: "stack", line: `${prefix}${key}: ${flow(value)}` };
}

/** A value in one line of YAML. */
function flow(value: Value): string {
  if (typeof value === "string") return word(value);
  if (isList(value)) return `[${value.map(flow).join(", ")}]`;
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${key}: ${flow(one)}`)
    .join(", ")} }`;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Words that some reader of YAML takes for something else than a text. */
const otherThanText = /^(true|false|yes|no|on|off|y|n|null|nan|inf)$/i;

/** A text in YAML: in quotes where it could be read as something else, as a network that is called 2024 is. */
function word(text: string): string {
  return /^[A-Za-z_][\w.-]*$/.test(text) && !otherThanText.test(text) ? text : JSON.stringify(text);
}

/** The settings that are lists: a line for one takes the place of the line before. */
const lists = ["integrations", "networks", "passwordFiles"] as const;

type ListKey = (typeof lists)[number];

/**
 * Gives each line for a list what the lines of the other containers have, so that the last one that is pasted takes nothing
 * from those before it. A container that does not ask to be watched opens no network to the agent for the sake of others.
 */
export function joinStackLines(rows: readonly ContainerRow[]): ContainerRow[] {
  const asking = rows.filter(asks);
  const forAll = joinedLines(rows);
  const forAsking = { ...forAll, networks: joinedLines(asking).networks };
  return rows.map((row) => {
    const joined = asks(row) ? forAsking : forAll;
    const fixes = row.fixes.map((fix) => {
      const key = keyOf(fix);
      return key === undefined ? fix : joined[key];
    });
    return { ...row, fixes };
  });
}

function asks({ reason }: ContainerRow): boolean {
  return reason !== "does-not-ask";
}

/** For each setting that is a list: the line with what all lines for it in these rows have. */
function joinedLines(rows: readonly ContainerRow[]): Readonly<Record<ListKey, Fix>> {
  // Most rows have the same lines as others, and reading YAML takes time.
  const lines = new Set(
    rows.flatMap(({ fixes }) => fixes.filter((fix) => keyOf(fix) !== undefined)).map(({ line }) => line),
  );
  const found = [...lines].map((line) => {
    const [[key, values] = ["", []]] = Object.entries(parse(line) as Record<string, Value[]>);
    return { key: key.slice(prefix.length), values };
  });
  const valuesOf = (key: ListKey): Value[] => found.filter((one) => one.key === key).flatMap(({ values }) => values);
  return {
    integrations: stackLine("integrations", sortedNames(valuesOf("integrations"))),
    networks: stackLine("networks", sortedNames(valuesOf("networks"))),
    passwordFiles: stackLine("passwordFiles", joinFiles(valuesOf("passwordFiles"))),
  };
}

/** The setting that a line gives a list; undefined if it gives none one. */
function keyOf({ place, line }: Fix): ListKey | undefined {
  return place === "stack" ? lists.find((key) => line.startsWith(`${prefix}${key}: `)) : undefined;
}

function sortedNames(values: readonly Value[]): Value[] {
  return [...new Set(values)].sort();
}

/** The name of a password file that is not known: it may be another one for each container. */
export const unknownFile = "NAME";

/** Password files, each one once with all of its containers. */
function joinFiles(values: readonly Value[]): Value[] {
  const files = values as readonly { name: string; containers: readonly string[]; network: string }[];
  const identityOf = ({ name, containers }: (typeof files)[number]): string =>
    name === unknownFile ? JSON.stringify([name, ...containers]) : name;
  const joined = new Map<string, (typeof files)[number]>();
  for (const file of files) {
    const before = joined.get(identityOf(file));
    const containers = [...new Set([...(before?.containers ?? []), ...file.containers])];
    joined.set(identityOf(file), { ...file, ...before, containers });
  }
  return [...joined.values()];
}
