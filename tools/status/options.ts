import { parseArgs } from "node:util";

import { UserError } from "../shared/errors";
import { argumentProblem } from "../shared/usage";

/** The arguments that several programs have. */
export interface Options {
  /** Name of the stack; undefined if none was given. */
  readonly stack: string | undefined;
  /** Whether to print JSON. */
  readonly json: boolean;
  /** The only host to ask. Default: all. */
  readonly host: string | undefined;
}

/** The arguments of `make status` and `make drift`. */
export interface StatusOptions extends Options {
  /** Whether to report only differences from the stack. */
  readonly drift: boolean;
  /** Whether to ask again and again, until the program is interrupted. */
  readonly watch: boolean;
}

/** How the program behind `make status` and `make drift` is called. */
export const statusForm = "tools/status/main.ts STACK [--drift] [--json] [--host NAME] [--watch]";

/**
 * Reads the arguments of `make status` and `make drift`.
 * @throws UserError on an unknown argument.
 */
export function readStatusOptions(args: readonly string[]): StatusOptions {
  return parse(args, statusForm, { drift: { type: "boolean" }, watch: { type: "boolean" } });
}

/**
 * Reads the arguments of a program that has no others.
 * @param form how the program is called, for messages.
 * @throws UserError on an unknown argument.
 */
export function readOptions(args: readonly string[], form: string): Options {
  const { stack, json, host } = parse(args, form, {});
  return { stack, json, host };
}

function parse(
  args: readonly string[],
  form: string,
  more: Readonly<Record<string, { readonly type: "boolean" }>>,
): StatusOptions {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: "boolean" }, host: { type: "string" }, ...more },
    });
    if (positionals.length > 1) throw new UserError(`One stack at a time: ${form}.`);
    const is = (name: string): boolean => (values as Readonly<Record<string, unknown>>)[name] === true;
    const { host } = values;
    return {
      stack: positionals[0],
      json: is("json"),
      host: typeof host === "string" ? host : undefined,
      drift: is("drift"),
      watch: is("watch"),
    };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${argumentProblem(error)}. Usage: ${form}.`);
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
  throw new UserError(`Stack ${stack} had no host ${name} at its last up; its hosts were: ${known}.`);
}
