import { access, constants, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join, resolve, sep } from "node:path";
import { cacheFolder } from "../shared/cache";
import { versions } from "./parts";

/**
 * This user's own Pulumi folder: `$PULUMI_HOME`, else `~/.pulumi`. A folder that this toolchain composed (see compose.ts) is
 * ignored: it is set when one tool of this project runs another.
 */
export function userPulumiHome(environment: NodeJS.ProcessEnv = process.env): string {
  const home = environment["PULUMI_HOME"];
  return home === undefined || home === "" || isInCache(home) ? join(homedir(), ".pulumi") : resolve(home);
}

/** Whether a path is in this project's cache, where no vendor's programs are. */
export function isInCache(path: string): boolean {
  return resolve(path).startsWith(cacheFolder() + sep);
}

/** The folder that npm's `pulumi` package installs the program and its language hosts into. */
export function installedProgramsFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return join(userPulumiHome(environment), "versions", versions.pulumi, "bin");
}

/** The folders that are searched for the user's programs: the PATH without this project's cache, then Pulumi's own. */
export function programFolders(environment: NodeJS.ProcessEnv = process.env): string[] {
  const path = (environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "" && !isInCache(folder));
  return [...path, installedProgramsFolder(environment), join(userPulumiHome(environment), "bin")];
}

/** The first of the folders that holds an executable of that name, as its full path. */
export async function findProgram(name: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

/** Whether a file exists and is executable. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The entries of a folder; none if it does not exist. */
export async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
