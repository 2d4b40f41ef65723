import { parseArgs } from "node:util";

import { UserError } from "../shared/errors";

/** The program's arguments. */
export interface Options {
  /** Name of the stack; undefined if none was given. */
  readonly stack: string | undefined;
  /** Whether to print JSON. */
  readonly json: boolean;
  /** The only host to ask. Default: all. */
  readonly host: string | undefined;
}

const usualForm = "tools/status/main.ts STACK [--json] [--host NAME]";

/**
 * Reads the program's arguments.
 * @param form how the program is called, for messages. Default: the form of `status`.
 * @throws UserError on an unknown argument.
 */
export function readOptions(args: readonly string[], form = usualForm): Options {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: "boolean", default: false }, host: { type: "string" } },
    });
    if (positionals.length > 1) throw new UserError(`One stack at a time: ${form}.`);
    return { stack: positionals[0], json: values.json, host: values.host };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${(error as Error).message.split(". ")[0] ?? ""}. Usage: ${form}.`);
  }
}

/**
 * The hosts to ask.
 * @throws UserError if the stack has no host of that name.
 */
export function chooseHosts<Host extends { readonly name: string }>(
  stack: string,
  hosts: readonly Host[],
  name: string | undefined,
): readonly Host[] {
  if (name === undefined) return hosts;
  const chosen = hosts.filter((host) => host.name === name);
  if (chosen.length > 0) return chosen;
  const known = hosts.map((host) => host.name).join(", ");
  throw new UserError(`Stack ${stack} has no host ${name} after its last up; its hosts are: ${known}.`);
}
