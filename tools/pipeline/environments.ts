import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { readSharedFile, SettingsError } from "../../infra/settings";
import { isSandboxStack, stackNames } from "../deploy/stacks";
import { UserError } from "../shared/errors";
import { projectName } from "../shared/project";

/**
 * The names of the pipeline's stacks: all stacks that have a file, except those of sandboxes.
 * @throws UserError if there are none.
 */
export function pipelineStacks(folder: string): string[] {
  const names = stackNames(folder).filter((name) => !isSandboxStack(name));
  if (names.length === 0) {
    throw new UserError(`There are no stacks: ${folder}/ has no Pulumi.<stack>.yaml. Restore them, or run make init.`);
  }
  return names;
}

/**
 * The stacks of an environment. A stack's environment is set in its own file or in its project's shared file.
 * @throws UserError if no environment is given or no stack has it (the message lists the known environments), or if a file can't
 *   be read.
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

const namespace = `${projectName}:`;

function environmentOf(folder: string, stack: string): string {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  const own = configIn(file);
  const project = own[`${namespace}project`];
  return (
    textOf(own[`${namespace}environment`]) ?? (typeof project === "string" ? sharedEnvironment(folder, project) : "")
  );
}

function sharedEnvironment(folder: string, project: string): string {
  try {
    return textOf(readSharedFile(project, namespace, folder)["environment"]) ?? "";
  } catch (error) {
    throw error instanceof SettingsError ? new UserError(error.message) : error;
  }
}

function configIn(file: string): Readonly<Record<string, unknown>> {
  try {
    const content = parse(readFileSync(file, "utf8"), { merge: true }) as { config?: unknown } | null;
    return (content?.config ?? {}) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new UserError(
      `${file} can't be read: ${(error as Error).message.split("\n")[0] ?? ""} Correct it, then run again.`,
    );
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
