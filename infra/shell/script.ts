import * as fs from "node:fs";
import * as path from "node:path";

import { quote } from "./quote";

const folder = path.join(__dirname, "..", "..", "templates", "host");

/** A command with its arguments. The command is usually a function from one of the script's files. */
export type Call = readonly [command: string, ...args: readonly string[]];

/** A script for a host. Values are never inserted into the text of a file: each is a separate, quoted word. */
export interface HostScript {
  /** Files under `templates/host`, without `.sh`: they define functions. Default: none. */
  readonly files?: readonly string[];
  /** The variables that these functions use. Default: none. */
  readonly values?: Readonly<Record<string, string>>;
  /** The commands, in this order. */
  readonly calls: readonly Call[];
}

/**
 * The text of a script, for a shell's standard input. The script ends at the first command that fails. Files that it creates
 * are readable by their owner only.
 */
export function scriptText({ files = [], values = {}, calls }: HostScript): string {
  const lines = [
    "set -eu\numask 077\n",
    ...assignments(values),
    ...[...new Set(files)].map(readShell),
    ...calls.map((call) => `${call.map(quote).join(" ")}\n`),
  ];
  return wholeOrNothing(lines.join(""));
}

/**
 * A script that does nothing unless a shell has read all of it. A shell runs each line as it arrives, and what has arrived of
 * the last one: if the connection is lost then, a path may have lost its end, and another folder would be removed.
 */
export function wholeOrNothing(script: string): string {
  return `{\n${script.trimEnd()}\n}\n`;
}

/**
 * Combines several scripts into one that runs them in order.
 * @throws Error if two of them have different values of the same name.
 */
export function inOneScript(...scripts: readonly HostScript[]): HostScript {
  const values: Record<string, string> = {};
  for (const [name, value] of scripts.flatMap((script) => Object.entries(script.values ?? {}))) {
    if ((values[name] ?? value) !== value) throw new Error(`Two parts of a script have different values of ${name}.`);
    values[name] = value;
  }
  return {
    files: scripts.flatMap(({ files = [] }) => files),
    values,
    calls: scripts.flatMap(({ calls }) => calls),
  };
}

/**
 * The text of a file under `templates/host` that is a program of its own, with its variables.
 * @param files files with the functions that the program uses, and as the last one the program itself.
 */
export function withValues(files: readonly string[], values: Readonly<Record<string, string>>): string {
  return [...assignments(values), ...files.map(readShell)].join("");
}

/**
 * The text of a file under `templates/host`, named without `.sh`, without the lines that are comments: a host and the state
 * have no use for them, and a comment that changes must run nothing again.
 */
export function readShell(file: string): string {
  return fs.readFileSync(path.join(folder, `${file}.sh`), "utf8").replace(/^[ \t]*#.*\n/gm, "");
}

function assignments(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${quote(value)}\n`);
}
