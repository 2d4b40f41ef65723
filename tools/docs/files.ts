import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { settingsPage } from "./settings-page";
import { stackFileSchema } from "./stack-file-schema";

const root = resolve(__dirname, "..", "..");

/** The expected texts of the files that are generated from the schema of the settings, by path from the repository's root. */
export function generatedFiles(): Record<string, string> {
  return {
    "docs/settings.md": settingsPage(),
    "docs/stack-file.schema.json": stackFileSchema(),
  };
}

/** The current text of a generated file. */
export function readGenerated(file: string): string {
  return readFileSync(resolve(root, file), "utf8");
}
