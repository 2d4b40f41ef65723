import { ownerLabels, type Role } from "../names";
import type { HostSettings } from "../settings";

/** Warnings about labels in the settings of a container that the program sets itself. */
export function labelsWithoutEffect(role: Role, host: HostSettings): string[] {
  return withoutEffect(`${role}.labels`, "label", Object.keys(host[role].labels), ownerLabels(host, role));
}

/**
 * Warnings about variables in the settings of a container that the program sets itself, so that the stack's value counts for
 * nothing.
 * @param names of the stack's variables.
 * @param own the program's variables.
 */
export function variablesWithoutEffect(
  role: Role,
  names: readonly string[],
  own: Readonly<Record<string, unknown>>,
): string[] {
  return withoutEffect(`${role}.environment`, "variable", names, own);
}

function withoutEffect(path: string, noun: string, names: readonly string[], own: object): string[] {
  return names
    .filter((name) => Object.hasOwn(own, name))
    .map((name) => `${path}.${name} has no effect: the program sets this ${noun} itself; remove it.`);
}
