import { ownerLabels, type Role } from "../names";
import type { HostSettings } from "../settings";

/** Warnings about labels in the settings of a container that the program sets itself. */
export function labelsWithoutEffect(role: Role, host: HostSettings): string[] {
  const own = ownerLabels(host, role);
  return Object.keys(host[role].labels)
    .filter((name) => Object.hasOwn(own, name))
    .map((name) => `${role}.labels.${name} has no effect: the program sets this label itself; remove it.`);
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
  return names
    .filter((name) => Object.hasOwn(own, name))
    .map((name) => `${role}.environment.${name} has no effect: the program sets this variable itself; remove it.`);
}
