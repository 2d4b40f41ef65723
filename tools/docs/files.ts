import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { integrationPages } from "./integration-pages";
import { pictures } from "./picture";
import { settingsPage } from "./settings-page";
import { stackFileSchema } from "./stack-file-schema";
import { checkJsonSchema, renderJsonSchema, statusJsonSchema } from "./document-schemas";

const root = resolve(__dirname, "..", "..");

/** The recorded output of a run, from which README's pictures are made. */
export const recordedRun = resolve(root, "docs", "picture", "run.txt");

/** The expected texts of the generated files, by path from the repository's root. */
export function generatedFiles(): Record<string, string> {
  const drawn = Object.entries(pictures(readFileSync(recordedRun, "utf8")));
  return {
    "docs/settings.md": settingsPage(),
    "docs/stack-file.schema.json": stackFileSchema(),
    "docs/status.schema.json": statusJsonSchema(),
    "docs/render.schema.json": renderJsonSchema(),
    "docs/check.schema.json": checkJsonSchema(),
    ...Object.fromEntries(drawn.map(([file, text]) => [`docs/picture/${file}`, text])),
    ...integrationPages(),
  };
}

/** The current text of a generated file. */
export function readGenerated(file: string): string {
  return readFileSync(resolve(root, file), "utf8");
}
