import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, isAbsolute, join, normalize } from "node:path";

import { isScalar, parseDocument, visit } from "yaml";

/** The private keys that a stack's file names by a path in the repository, whose files no commit holds. */
function keyFilesIn(stackFile: string): string[] {
  const files: string[] = [];
  visit(parseDocument(stackFile, { logLevel: "silent" }), {
    Pair: (_, { key, value }) => {
      if (!isScalar(key) || !/^(datadog-hosts:)?privateKeyFile$/.test(String(key.value))) return;
      if (isScalar(value) && typeof value.value === "string") files.push(normalize(value.value));
    },
  });
  return files.filter((file) => !isAbsolute(file) && !/^(~|\.\.)\//.test(file));
}

/**
 * Gives an earlier clone the private keys that lie in this one.
 * @param stackFile the text of the earlier stack file.
 */
export function linkKeyFiles(stackFile: string, here: string, there: string): void {
  for (const file of keyFilesIn(stackFile)) {
    if (existsSync(join(there, file)) || !existsSync(join(here, file))) continue;
    mkdirSync(dirname(join(there, file)), { recursive: true });
    symlinkSync(join(here, file), join(there, file));
  }
}
