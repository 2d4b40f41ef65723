import { isRare, secretsIn } from "../shared/secrets";
import type { ContainerQuestion } from "../shared/questions";
import { itemsOf, memberOf, textsIn } from "../shared/values";
import { readYaml } from "./yaml";

/** One config file of the agent. */
export interface ConfigFile {
  /** Below the folder of configs, such as `redisdb.d/redisdb.yaml`. */
  readonly path: string;
  /** How many seconds ago it was written. */
  readonly age: number;
  /** Comment lines that say why a container has no instance, or which of its hints was ignored. */
  readonly remarks: readonly string[];
  readonly instances: readonly unknown[];
  /** What is wrong with it as YAML; undefined for valid YAML. */
  readonly problem: string | undefined;
  /** Values of keys that hold secrets. */
  readonly secrets: readonly string[];
  /** Whether the agent may resolve something in it; what the agent shows may then be a secret. */
  readonly hasHandles: boolean;
  /** Every value in it, unresolved. */
  readonly values: ReadonlySet<string>;
}

/** The most that is read of one file, in bytes. */
const mostBytes = 200_000;

/** Prints the files of a folder: the current time, the time each file was written, then each file's name and lines. */
const list = [
  'cd "$1" || exit 1',
  "shift; patterns=$*; set --",
  'for file in $patterns; do case $file in */auto_conf.yaml | */metrics.yaml) ;; *) [ ! -f "$file" ] || set -- "$@" "./$file" ;; esac; done',
  'echo "$mark now $(date +%s)"',
  "[ $# -gt 0 ] || exit 0",
  'stat -c "$mark written %Y %n" "$@"',
  `awk -v mark="$mark" 'FNR == 1 { read = 0; print mark " file " FILENAME } (read += length($0) + 1) <= ${mostBytes} { print }' "$@"`,
].join("\n");

/**
 * Asks for the config files in a folder of a container.
 * @param patterns of the files below the folder.
 */
export function configFilesQuestion(
  name: string,
  { folder, patterns }: { readonly folder: string; readonly patterns: string },
): ContainerQuestion {
  return { name, script: list, args: [folder, patterns] };
}

/** The files in an answer to {@link configFilesQuestion}. */
export function readConfigFiles(text: string, mark: string): ConfigFile[] {
  const [head = "", ...files] = text.split(`${mark} file ./`);
  const lines = head.split("\n");
  const now = Number(lines[0]?.split(`${mark} now `)[1] ?? NaN);
  const written = new Map(
    lines.flatMap((line) => {
      const [, time, path] = /^ written (\d+) \.\/(.*)$/.exec(line.split(mark)[1] ?? "") ?? [];
      return time === undefined || path === undefined ? [] : [[path, Number(time)] as const];
    }),
  );
  return files.map((file) => {
    const end = file.indexOf("\n");
    const path = file.slice(0, end);
    return readConfigFile(path, now - (written.get(path) ?? now), file.slice(end + 1));
  });
}

/** One config file. */
export function readConfigFile(path: string, age: number, text: string): ConfigFile {
  const read = readYaml(text);
  const value = "value" in read ? read.value : undefined;
  return {
    path,
    age: Number.isFinite(age) ? Math.max(age, 0) : 0,
    remarks: [...text.matchAll(/^ {2}# (.*)$/gm)].map(([, remark = ""]) => remark),
    instances: itemsOf(memberOf(value, "instances")),
    problem: "problem" in read ? read.problem : undefined,
    secrets: "problem" in read ? secretLines(text) : secretsIn(value),
    hasHandles: holdsHandle(text),
    values: new Set(textsIn(value)),
  };
}

/** Whether a text holds what an agent may resolve to a secret: a handle, or a variable of its own environment. */
export function holdsHandle(text: string): boolean {
  return /ENC\s*\[|%%\s*env_/i.test(text);
}

/** Secrets of some files that can't be mistaken for ordinary words, so that they can be masked in any text. */
export function rareSecrets(files: readonly ConfigFile[]): string[] {
  return [...new Set(files.flatMap(({ secrets }) => secrets.filter(isRare)))];
}

/** The secrets in a file that is not valid YAML, read line by line. */
function secretLines(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const [, key = "", value = ""] = /^[\s-]*([\w.-]{1,100})["']?\s*:\s*(.{1,500})$/.exec(line) ?? [];
    return secretsIn({ [key]: value.trim().replace(/^(["'])(.*)\1$/, "$2") });
  });
}
