import { resolve } from "node:path";

import { parse } from "yaml";

/**
 * The variables of `make rollback` that mean the same in the folder of another clone: the backend, and the file with the
 * passphrase, where they are relative to this folder.
 * @param projectFile the text of Pulumi.yaml, which may name a backend.
 */
export function fromAnywhere(
  { PULUMI_BACKEND_URL: given = "", PULUMI_CONFIG_PASSPHRASE_FILE: file = "" }: NodeJS.ProcessEnv,
  projectFile: string,
  folder: string,
): Record<string, string> {
  const url = given === "" ? ((parse(projectFile) as { backend?: { url?: string } }).backend?.url ?? "") : given;
  const [, path = "", query = ""] = /^file:\/\/([^/~?][^?]*)(\?.*)?$/.exec(url) ?? [];
  return {
    ...(path !== "" && { PULUMI_BACKEND_URL: `file://${resolve(folder, path)}${query}` }),
    ...(file !== "" && { PULUMI_CONFIG_PASSPHRASE_FILE: resolve(folder, file) }),
  };
}
