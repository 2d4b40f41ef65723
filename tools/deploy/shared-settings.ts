import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

/** The settings of a file, by their keys with the prefix; empty if it can't be read: Pulumi or the program says why. */
function configOf(file: string): Readonly<Record<string, unknown>> {
  try {
    const content = parse(readFileSync(file, "utf8")) as { readonly config?: Record<string, unknown> } | null;
    return content?.config ?? {};
  } catch {
    return {};
  }
}

/**
 * A line with the settings that a stack takes from the file that all stacks of its project share.
 * @returns undefined if there is no such file, or if the stack's own file overrides everything in it.
 */
export function describeSharedSettings(folder: string, stack: string): string | undefined {
  const own = configOf(join(folder, `Pulumi.${stack}.yaml`));
  const project = own["datadog-hosts:project"];
  if (typeof project !== "string" || !/^[a-z0-9._-]+$/.test(project)) return undefined;
  const file = join(folder, `${project}.yaml`);
  if (!existsSync(file)) return undefined;
  const taken = Object.entries(configOf(file))
    // Mappings are merged key by key; a null of the stack unsets the shared value.
    .filter(([key, value]) => own[key] === undefined || (isMapping(value) && isMapping(own[key])))
    .map(([key]) => key.replace("datadog-hosts:", ""));
  if (taken.length === 0) return undefined;
  return `${file} applies to all stacks of the project ${project}; this one takes from it: ${taken.join(", ")}.`;
}

function isMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
