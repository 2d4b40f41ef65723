import { allConfigFiles } from "../../infra/generations";
import { UserError } from "../shared/errors";

/** Texts of files by their paths below the folder of configs, such as `redisdb.d/redisdb.yaml`. */
export type ConfigFiles = ReadonlyMap<string, string>;

/**
 * The files in a draft: each begins with a line `#!file PATH`, and `#!end` is the last line.
 * @throws UserError if the draft is incomplete.
 */
export function filesOfDraft(draft: string): ConfigFiles {
  const lines = draft.split("\n");
  if (lines.pop() !== "" || lines.pop() !== "#!end") throw new UserError("docker-gen rendered no whole draft");
  const files = new Map<string, string>();
  let file: string | undefined;
  for (const line of lines) {
    if (line.startsWith("#!file ")) {
      file = line.split(" ")[1] ?? "";
      files.set(file, "");
    } else if (file !== undefined) {
      files.set(file, `${files.get(file) ?? ""}${line}\n`);
    }
  }
  return files;
}

/** A file with one instance, named by its container's id. */
const ofContainer = /^[^/]+\/[0-9a-f]{64}\.yaml$/;

/**
 * The files that are there once a draft has been published and `up` has cleared up: publish.sh leaves files that it does
 * not know, and takes away those of containers that are gone; the cleanup takes away what no listed integration has.
 */
export function filesAfterUp(current: ConfigFiles, draft: ConfigFiles): ConfigFiles {
  const listed = new Set([...draft.keys()].map(topOf));
  const unlisted = new Set(
    allConfigFiles()
      .map(topOf)
      .filter((name) => !listed.has(name)),
  );
  const stays = [...current].filter(([path]) => !unlisted.has(topOf(path)) && !ofContainer.test(path));
  return new Map([...stays, ...draft]);
}

function topOf(path: string): string {
  return path.split("/")[0] ?? path;
}
