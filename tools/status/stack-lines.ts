import { parse } from "yaml";

import type { ContainerRow, Fix } from "./schema";

/** What a setting of the stack's file can be. */
type Value = string | readonly Value[] | { readonly [key: string]: Value };

/** The line that gives a setting of the stack's file a value. */
export function stackLine(key: string, value: Value): Fix {
  return { place: "stack", line: `datadog-hosts:${key}: ${flow(value)}` };
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

/**
 * Gives each line for a list what the lines of the other containers have, so that the last one that is pasted takes nothing
 * from those before it. A container that does not ask to be watched opens no network to the agent for the sake of others.
 */
export function joinStackLines(rows: readonly ContainerRow[]): ContainerRow[] {
  const asking = rows.filter(({ reason }) => reason !== "does-not-ask");
  return rows.map((row) => {
    const fixes = row.fixes.map((fix) => {
      const key = lists.find((one) => valueOf(fix, one) !== undefined);
      if (key === undefined) return fix;
      const joined = key === "networks" && asking.includes(row) ? asking : rows;
      const all = joined.flatMap((one) => one.fixes.flatMap((other) => valueOf(other, key) ?? []));
      return stackLine(key, key === "passwordFiles" ? joinFiles(all) : sortedNames(all));
    });
    return { ...row, fixes };
  });
}

/** The list that a line gives a setting; undefined if it gives it none. */
function valueOf({ place, line }: Fix, key: (typeof lists)[number]): readonly Value[] | undefined {
  const start = `datadog-hosts:${key}: `;
  return place === "stack" && line.startsWith(start) ? (parse(line.slice(start.length)) as Value[]) : undefined;
}

function sortedNames(values: readonly Value[]): Value[] {
  return [...new Set(values)].sort();
}

/** The name of a password file that is not known: it may be another one for each container. */
export const unknownFile = "NAME";

/** Password files, each one once with all of its containers. */
function joinFiles(values: readonly Value[]): Value[] {
  const files = values as readonly { name: string; containers: readonly string[]; network: string }[];
  const keyOf = ({ name, containers }: (typeof files)[number]): string =>
    name === unknownFile ? JSON.stringify([name, ...containers]) : name;
  const joined = new Map<string, (typeof files)[number]>();
  for (const file of files) {
    const before = joined.get(keyOf(file));
    const containers = [...new Set([...(before?.containers ?? []), ...file.containers])];
    joined.set(keyOf(file), { ...file, ...before, containers });
  }
  return [...joined.values()];
}
