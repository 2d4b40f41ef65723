import { parseArgs } from "node:util";

import { UserError } from "../shared/errors";

/** What the program is called with. */
export interface Options {
  readonly stack: string | undefined;
  readonly host: string;
  /** Name of a container, or the beginning of its id. */
  readonly container: string;
  /** Whether the answer is JSON. */
  readonly json: boolean;
}

const form = "tools/check/main.ts STACK --host NAME --container NAME [--json]";

/**
 * Reads the program's arguments.
 * @throws UserError if one is missing or unknown.
 */
export function readOptions(args: readonly string[]): Options {
  const read = (): ReturnType<typeof parse> => {
    try {
      return parse(args);
    } catch (error) {
      throw new UserError(`${(error as Error).message.split(". ")[0] ?? ""}. What there is: ${form}.`);
    }
  };
  const { values, positionals } = read();
  const { host = "", container = "", json } = values;
  if (positionals.length > 1) throw new UserError(`One stack at a time: ${form}.`);
  if (host === "") throw new UserError("Which host? Say HOST=name; make status names those of the stack.");
  if (container === "") throw new UserError("Which container? Say CONTAINER=name, as docker ps on the host names it.");
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
