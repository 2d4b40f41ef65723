import type { HostPaths } from "../../infra/names";
import { quote } from "../shared/questions";

/** The contents of password files, by name; undefined if it can't be read from here. Missing files are left out. */
export type PasswordFiles = ReadonlyMap<string, Buffer | undefined>;

/** The placeholder for a password that can't be read from here. */
export const unknownPassword = "password unknown here\u0001";

/** No password is longer, in bytes. */
const mostBytes = 65_536;

/**
 * Shell lines that print password files of a host, for {@link readPasswords}. A link is left alone: `up` refuses it.
 * @param mark the word with which each line begins.
 */
export function passwordLines(names: readonly string[], paths: HostPaths, mark: string): string[] {
  return [
    "password() {",
    `  file=${quote(paths.passwords)}/$1`,
    `  if [ -L "$file" ]; then echo "${mark} unread $1"`,
    `  elif [ -f "$file" ] && [ -r "$file" ]; then echo "${mark} password $1 $(head -c ${mostBytes} "$file" | base64 | tr -d '\\n')"`,
    `  elif [ -e "$file" ] || { [ -d ${quote(paths.passwords)} ] && ! [ -x ${quote(paths.passwords)} ]; }; then echo "${mark} unread $1"`,
    "  fi",
    "}",
    ...[...new Set(names)].map((name) => `password ${quote(name)}`),
  ];
}

/** The password files in what a host has printed. */
export function readPasswords(lines: readonly string[], mark: string): PasswordFiles {
  const files = new Map<string, Buffer | undefined>();
  for (const line of lines) {
    const [first, kind, name = "", content = ""] = line.split(" ");
    if (first !== mark) continue;
    if (kind === "unread") files.set(name, undefined);
    if (kind === "password") files.set(name, Buffer.from(content, "base64"));
  }
  return files;
}
