import * as fs from "node:fs";
import * as path from "node:path";

import { quote } from "./quote";

const folder = path.join(__dirname, "..", "..", "templates", "host");

/** A command, mostly a function of one of the script's files, with its arguments. */
export type Call = readonly [command: string, ...words: readonly string[]];

/** What a host is to do. Text of a file and values never mix: each value is a word of its own, quoted. */
export interface HostScript {
  /** Files under `templates/host`, without `.sh`: they define functions. Default: none. */
  readonly files?: readonly string[];
  /** What these functions know by name. Default: nothing. */
  readonly values?: Readonly<Record<string, string>>;
  /** What is done, in this order. */
  readonly calls: readonly Call[];
}

/** The text of a script, for a shell's standard input: it ends at the first command that fails, and what it makes is for its owner alone. */
export function scriptText({ files = [], values = {}, calls }: HostScript): string {
  return [
    "set -eu\numask 077\n",
    ...assignments(values),
    ...[...new Set(files)].map(readShell),
    ...calls.map((words) => `${words.map(quote).join(" ")}\n`),
  ].join("");
}

/**
 * Several scripts as one, each done after the one before.
 * @throws Error where two of them call different values by the same name.
 */
export function inOneScript(...scripts: readonly HostScript[]): HostScript {
  const values: Record<string, string> = {};
  for (const [name, value] of scripts.flatMap((script) => Object.entries(script.values ?? {}))) {
    if ((values[name] ?? value) !== value) throw new Error(`Two parts of a script call different values ${name}.`);
    values[name] = value;
  }
  return {
    files: scripts.flatMap(({ files = [] }) => files),
    values,
    calls: scripts.flatMap(({ calls }) => calls),
  };
}

/**
 * The text of a file under `templates/host` that runs by itself, with what it knows by name.
 * @param files the files of functions that it uses, and last itself.
 */
export function withValues(files: readonly string[], values: Readonly<Record<string, string>>): string {
  return [...assignments(values), ...files.map(readShell)].join("");
}

/** The text of a file under `templates/host`, named without `.sh`. */
export function readShell(file: string): string {
  return fs.readFileSync(path.join(folder, `${file}.sh`), "utf8");
}

function assignments(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${quote(value)}\n`);
}
