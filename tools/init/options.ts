import { parseArgs } from "node:util";

import { UserError } from "../shared/errors";

/** The program's flags, with what `make init` calls each and what it is for. */
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

/** What was given beforehand; what was not is asked for. */
export type Given = Readonly<Partial<Record<Flag, string>>>;

/**
 * Reads the program's arguments; an empty one counts as not given.
 * @throws UserError where there is one that it does not know.
 */
export function readOptions(args: readonly string[]): Given {
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
    throw new UserError(`${(error as Error).message.split(". ")[0] ?? ""}. What there is: ${known.join(", ")}.`);
  }
}

/** Words with blanks or commas between them. */
export function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}

/** What to say where nobody can be asked. */
export function missing(names: readonly Flag[]): UserError {
  return new UserError(
    [
      "There is no terminal to ask on, so say these too:",
      ...names.map((name) => `  ${flags[name].variable}=… ${flags[name].meaning}`),
    ].join("\n"),
  );
}
