import { resolve } from "node:path";

import { parse } from "yaml";

/**
 * The backend that a Pulumi.yaml names, where it is a folder relative to the project's: as seen from any other folder.
 * @returns undefined where the file names none, or one that is the same from everywhere.
 */
export function localBackendOf(projectFile: string, folder: string): string | undefined {
  const url = (parse(projectFile) as { backend?: { url?: string } }).backend?.url ?? "";
  const [, path = "", query = ""] = /^file:\/\/([^/~?][^?]*)(\?.*)?$/.exec(url) ?? [];
  return path === "" ? undefined : `file://${resolve(folder, path)}${query}`;
}
