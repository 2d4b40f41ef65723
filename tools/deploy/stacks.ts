import { readdirSync, type Dirent } from "node:fs";

import { UserError } from "../shared/errors";

/**
 * The stacks that have a file in a folder, by name, sorted.
 * @throws UserError if the folder can't be read.
 */
export function stackNames(folder: string): string[] {
  return entriesOf(folder)
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1])
    .filter((name) => name !== undefined)
    .sort();
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const reason = String((error as NodeJS.ErrnoException).code);
    throw new UserError(
      `The folder ${folder}/ of the stack files can't be read (${reason}). Restore it (git checkout ${folder}), or create the first stack with make init.`,
    );
  }
}

/** Names for a message. */
function listed(names: readonly string[]): string {
  return names.length === 0 ? "none (make init creates one)" : names.join(", ");
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
  const names = stackNames(folder);
  const known = listed(names);
  if (name === undefined || name === "") {
    throw new UserError(`No stack is given. Set STACK=name; in ${folder}/ there are: ${known}.`);
  }
  if (!/^[A-Za-z0-9_.-]+$/.test(name) || !names.includes(name)) {
    throw new UserError(
      `There is no stack ${name}: ${folder}/Pulumi.${name}.yaml does not exist. There are: ${known}. To create a new one: make init`,
    );
  }
  return name;
}
