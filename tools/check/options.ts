import { parseArgs } from "node:util";

import { UserError } from "../shared/errors";
import { argumentProblem } from "../shared/usage";

/** The program's arguments. */
export interface Options {
  readonly stack: string | undefined;
  readonly host: string;
  /** Name of a container, or the beginning of its id. */
  readonly container: string;
  /** Whether to print JSON. */
  readonly json: boolean;
}

/** How the program is called. */
export const usageLine = "tools/check/main.ts STACK --host NAME --container NAME [--json]";

/**
 * Reads the program's arguments.
 * @throws UserError if an argument is missing or unknown.
 */
export function readOptions(args: readonly string[]): Options {
  const read = (): ReturnType<typeof parse> => {
    try {
      return parse(args);
    } catch (error) {
      throw new UserError(`${argumentProblem(error)}. Usage: ${usageLine}.`);
    }
  };
  const { values, positionals } = read();
  const { host = "", container = "", json } = values;
  if (positionals.length > 1) throw new UserError(`Name one stack only. Usage: ${usageLine}.`);
  if (host === "") throw new UserError("No host is given. Set HOST=name; make status lists the stack's hosts.");
  if (container === "")
    throw new UserError("No container is given. Set CONTAINER=name, as docker ps on the host prints it.");
  return { stack: positionals[0], host, container, json };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      host: { type: "string" },
      container: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
}
