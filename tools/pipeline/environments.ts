import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { isSandboxStack, stackNames } from "../deploy/stacks";
import { UserError } from "../shared/errors";

/** The stacks that the pipeline works on, by name: all that have a file but those of sandboxes. */
export function pipelineStacks(folder: string): string[] {
  return stackNames(folder).filter((name) => !isSandboxStack(name));
}

/**
 * The stacks of one environment, as their files say it.
 * @throws UserError where none is named or no stack is of it, with those that there are.
 */
export function stacksOfEnvironment(folder: string, environment: string | undefined): string[] {
  const stacks = pipelineStacks(folder).map((name) => ({ name, environment: environmentOf(folder, name) }));
  const known = [...new Set(stacks.map((stack) => stack.environment))].sort().join(", ");
  if (environment === undefined || environment === "") {
    throw new UserError(`Which environment? Say ENVIRONMENT=name; the files in ${folder}/ have: ${known}.`);
  }
  const found = stacks.filter((stack) => stack.environment === environment).map(({ name }) => name);
  if (found.length === 0) {
    throw new UserError(`No stack is of the environment ${environment}; the files in ${folder}/ have: ${known}.`);
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
