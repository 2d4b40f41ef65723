import { parseArgs } from "node:util";

import { UserError } from "../shared/errors";
import { argumentProblem } from "../shared/usage";

/** The program's flags, each with its variable for `make init` and its meaning. */
const flags = {
  project: { variable: "PROJECT", meaning: "the project, such as shop" },
  environment: { variable: "ENVIRONMENT", meaning: "the environment, such as staging" },
  hosts: { variable: "HOSTS", meaning: "hosts as [NAME=][USER@]ADDRESS[:PORT], with blanks between" },
  key: { variable: "KEY", meaning: "the file of the private key; without it, the ssh agent" },
  fingerprints: { variable: "FINGERPRINTS", meaning: "the hosts' fingerprints, compared on the machines" },
  networks: { variable: "NETWORKS", meaning: "Docker networks that the agent joins, in place of the proposed ones" },
  integrations: { variable: "INTEGRATIONS", meaning: "integrations, in place of the proposed ones" },
  site: { variable: "SITE", meaning: "the Datadog site, such as datadoghq.eu" },
  intake: { variable: "INTAKE", meaning: "the address to send to in place of the site's" },
  "agent-image": { variable: "AGENT_IMAGE", meaning: "the agent's image" },
  "generator-image": { variable: "GENERATOR_IMAGE", meaning: "the generator's image" },
  "api-key-file": { variable: "API_KEY_FILE", meaning: "the file that holds Datadog's API key; - is stdin" },
} as const;

/** A flag's name. */
export type Flag = keyof typeof flags;

/** A flag's variable for `make init`. */
export function variableOf(flag: Flag): string {
  return flags[flag].variable;
}

/** How the program is called, with a line for each flag. */
export function describeUsage(): string {
  const width = Math.max(...Object.keys(flags).map((name) => name.length));
  const lines = Object.entries(flags).map(([name, { meaning }]) => `  --${name.padEnd(width)}  ${meaning}`);
  return ["tools/init/main.ts [--FLAG VALUE]…; on a terminal it asks for what is missing", ...lines].join("\n");
}

/** The answers given as flags. On a terminal, `make init` asks for those that are missing. */
export type PresetAnswers = Readonly<Partial<Record<Flag, string>>>;

/**
 * Reads the program's arguments. A flag with an empty value counts as missing.
 * @throws UserError if an argument is unknown.
 */
export function readOptions(args: readonly string[]): PresetAnswers {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: Object.fromEntries(Object.keys(flags).map((name) => [name, { type: "string" as const }])),
    });
    return Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) =>
        typeof value === "string" && value.trim() !== "" ? [[name, value.trim()]] : [],
      ),
    );
  } catch (error) {
    const known = Object.keys(flags).map((name) => `--${name}`);
    throw new UserError(`${argumentProblem(error)}. The options are: ${known.join(", ")}.`);
  }
}

/** Splits a list at blanks and commas. */
export function splitList(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}

/** The error for answers that are missing when there is no terminal to ask for them. */
export function missingAnswers(names: readonly Flag[]): UserError {
  return new UserError(
    [
      "There is no terminal to ask on, so set these variables too:",
      ...names.map((name) => `  ${flags[name].variable}=… ${flags[name].meaning}`),
    ].join("\n"),
  );
}
