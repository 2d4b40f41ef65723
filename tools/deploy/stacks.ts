import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "../shared/errors";

/** The stacks that have a file in a folder, by name, sorted. */
export function stackNames(folder: string): string[] {
  return readdirSync(folder)
    .map((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .sort();
}

/** Whether a stack belongs to a sandbox, by its name; git ignores its file. */
export function isSandboxStack(name: string): boolean {
  return name.startsWith("sandbox-");
}

/**
 * The stack that a command is for.
 * @param name as given on the command line; empty or undefined if there was none.
 * @throws UserError if none is given or it has no file; the message lists those that have one.
 */
export function requireStack(folder: string, name: string | undefined): string {
  const known = stackNames(folder).join(", ");
  if (name === undefined || name === "") {
    throw new UserError(`No stack is given. Set STACK=name; in ${folder}/ there are: ${known}.`);
  }
  if (!/^[A-Za-z0-9_.-]+$/.test(name) || !existsSync(join(folder, `Pulumi.${name}.yaml`))) {
    throw new UserError(
      `There is no stack ${name}: ${folder}/Pulumi.${name}.yaml does not exist. There are: ${known}. For a new one, copy one of these files.`,
    );
  }
  return name;
}
