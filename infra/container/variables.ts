import type { Role } from "../names";

type Variables = Readonly<Record<string, unknown>>;

/**
 * Warnings about variables in the settings of a container that the program sets itself, so that the stack's value counts for
 * nothing.
 * @param settings the stack's variables.
 * @param own the program's variables.
 */
export function variablesWithoutEffect(role: Role, settings: Variables, own: Variables): string[] {
  return Object.keys(settings)
    .filter((name) => name in own)
    .map((name) => `${role}.environment.${name} has no effect: the program sets this variable itself; remove it.`);
}
