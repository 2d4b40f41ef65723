import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The files of the example on the page about integrations of one's own, by name. */
export function exampleFiles(): Record<string, string> {
  const page = readFileSync("docs/own-integrations.md", "utf8");
  const files = [...page.matchAll(/^`([\w.]+)`:\n\n```\w*\n([\s\S]*?)^```$/gm)];
  return Object.fromEntries(files.map(([, name = "", text = ""]) => [name, text]));
}

/** The command of a container whose queue has three entries, which it tells whoever asks, as the example's check expects. */
export const queueServer: readonly string[] = [
  "perl",
  "-e",
  `use IO::Socket::INET;
   my $server = IO::Socket::INET->new(LocalPort => 7711, Listen => 5) or die $!;
   while (my $client = $server->accept) { print $client "3\\n" }`,
];

/** Makes a folder with files, by their paths in it; whoever makes it removes it. */
export function makeFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "own-integrations-"));
  writeFiles(folder, files);
  return folder;
}

/** Writes files into a folder, by their paths in it. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
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
