import type { Role } from "../names";

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
