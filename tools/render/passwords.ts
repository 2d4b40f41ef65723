import type { HostPaths } from "../../infra/names";
import { quote } from "../shared/questions";

/** Contents of password files by name; undefined for files that the user can't read. Missing files are left out. */
export type PasswordFiles = ReadonlyMap<string, Buffer | undefined>;

/** The placeholder for a password that the user can't read. */
export const unknownPassword = "password unknown here\u0001";

/** Longer password files are cut, in bytes. */
const maxBytes = 65_536;

/**
 * Shell lines that print a host's password files for {@link readPasswords}. Symbolic links are not followed: `up` refuses
 * them.
 * @param mark random word at the beginning of each line of output.
 */
export function passwordLines(names: readonly string[], paths: HostPaths, mark: string): string[] {
  return [
    "password() {",
    `  file=${quote(paths.passwords)}/$1`,
    `  if [ -L "$file" ]; then echo "${mark} unread $1"`,
    `  elif [ -f "$file" ] && [ -r "$file" ]; then echo "${mark} password $1 $(head -c ${maxBytes} "$file" | base64 | tr -d '\\n')"`,
    `  elif [ -e "$file" ] || { [ -d ${quote(paths.passwords)} ] && ! [ -x ${quote(paths.passwords)} ]; }; then echo "${mark} unread $1"`,
    "  fi",
    "}",
    ...[...new Set(names)].map((name) => `password ${quote(name)}`),
  ];
}

/** Reads the password files from the output of {@link passwordLines}. */
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
