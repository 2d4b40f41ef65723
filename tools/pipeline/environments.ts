import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { isSandboxStack, stackNames } from "../deploy/stacks";
import { UserError } from "../shared/errors";

/** The names of the stacks that the pipeline works on: all that have a file, except those of sandboxes. */
export function pipelineStacks(folder: string): string[] {
  return stackNames(folder).filter((name) => !isSandboxStack(name));
}

/**
 * The stacks whose files name an environment.
 * @throws UserError if none is given or no stack has it; the message lists the known environments.
 */
export function stacksOfEnvironment(folder: string, environment: string | undefined): string[] {
  const stacks = pipelineStacks(folder).map((name) => ({ name, environment: environmentOf(folder, name) }));
  const known = [...new Set(stacks.map((stack) => stack.environment))].sort().join(", ");
  if (environment === undefined || environment === "") {
    throw new UserError(`No environment is given. Set ENVIRONMENT=name; the files in ${folder}/ have: ${known}.`);
  }
  const found = stacks.filter((stack) => stack.environment === environment).map(({ name }) => name);
  if (found.length === 0) {
    throw new UserError(`No stack has the environment ${environment}; the files in ${folder}/ have: ${known}.`);
  }
  return found;
}

function environmentOf(folder: string, stack: string): string {
  const file = parse(readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8")) as {
    readonly config?: Readonly<Record<string, unknown>>;
  } | null;
  const environment = file?.config?.["datadog-hosts:environment"];
  return typeof environment === "string" ? environment : "";
}
