import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";

import { projectName } from "../shared/project";

/**
 * Removes what `pulumi stack rm` leaves of a stack in a local state folder; with the last stack, removes everything that
 * Pulumi created in that folder.
 */
export async function removeStateLeftovers(stateFolder: string, stack: string): Promise<void> {
  const folder = join(stateFolder, ".pulumi");
  const stacks = join(folder, "stacks", projectName);
  const files = (await entriesOf(stacks)).filter((name) => name.startsWith(`${stack}.json`));
  for (const name of files) await rm(join(stacks, name), { force: true });
  for (const kind of ["stacks", "history", "backups", join("locks", "organization")]) {
    const ofProject = join(folder, kind, projectName);
    await rm(join(ofProject, stack), { recursive: true, force: true });
    await removeEmptyFolders(ofProject, join(folder, kind));
  }
  await removeEmptyFolders(join(folder, "locks"));
  const left = await entriesOf(folder);
  if (left.every((name) => name.startsWith("meta.yaml"))) await rm(folder, { recursive: true, force: true });
}

/** Removes those of the folders that exist and are empty, in this order. */
export async function removeEmptyFolders(...folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    try {
      await rmdir(folder);
    } catch (error) {
      if (!["ENOENT", "ENOTEMPTY"].includes(String((error as NodeJS.ErrnoException).code))) throw error;
    }
  }
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
