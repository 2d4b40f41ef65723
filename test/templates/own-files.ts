import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The files of the example on the page about integrations of one's own, by name. */
export function exampleFiles(): Record<string, string> {
  const page = readFileSync("docs/own-integrations.md", "utf8");
  const files = [...page.matchAll(/^`([\w.]+)`:\n\n```\w*\n([\s\S]*?)^```$/gm)];
  return Object.fromEntries(files.map(([, name = "", text = ""]) => [name, text]));
}

/** Makes a folder with files, by their paths in it; whoever makes it removes it. */
export function makeFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "own-integrations-"));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return folder;
}

/** Makes a folder with files for the time of a call. */
export function withFolder<Result>(files: Readonly<Record<string, string>>, use: (folder: string) => Result): Result {
  const folder = makeFolder(files);
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
