import { allConfigFiles } from "../../infra/generations";
import { UserError } from "../shared/errors";

/** Contents of config files by their paths below the config folder, such as `redisdb.d/redisdb.yaml`. */
export type ConfigFiles = ReadonlyMap<string, string>;

/**
 * Splits a draft into its files. Each file begins with a line `#!file PATH`; the draft's last line is `#!end`.
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

/** The path of a file with one container's instance, named by the container's id. */
const containerFile = /^[^/]+\/[0-9a-f]{64}\.yaml$/;

/**
 * The config files after an `up`. publish.sh writes the draft's files, removes those of containers that are gone, and keeps
 * files that it does not know. The cleanup then removes the files of integrations that the stack does not list.
 */
export function filesAfterUp(current: ConfigFiles, draft: ConfigFiles): ConfigFiles {
  const listed = new Set([...draft.keys()].map(topOf));
  const unlisted = new Set(
    allConfigFiles()
      .map(topOf)
      .filter((name) => !listed.has(name)),
  );
  const stays = [...current].filter(([path]) => !unlisted.has(topOf(path)) && !containerFile.test(path));
  return new Map([...stays, ...draft]);
}

function topOf(path: string): string {
  return path.split("/")[0] ?? path;
}
