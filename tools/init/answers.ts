import { readFileSync } from "node:fs";
import { homedir } from "node:os";

import { integrationNames, type IntegrationName } from "../../infra/integrations";
import { defaults, readPrivateKey, stackSchema } from "../../infra/settings";
import { UserError } from "../shared/errors";
import { readHostAddress, readHostAddresses, type HostAddress } from "./host-address";
import { missing, wordsOf, type Flag, type Given } from "./options";
import type { Judge, Prompts } from "./prompts";

/** What has to be known before any host is asked. */
export interface Answers {
  readonly project: string;
  readonly environment: string;
  readonly hosts: readonly NamedHost[];
  readonly privateKeyFile: string | undefined;
  readonly site: string | undefined;
}

/** A host of which all is known but its key. */
export interface NamedHost {
  readonly name: string;
  readonly user: string;
  readonly address: string;
  readonly port: number;
}

/** What a part of the schema says of a value. */
export function judgeBy(schema: {
  safeParse(value: unknown): { success: boolean; error?: { issues: readonly { message: string }[] } | undefined };
}): Judge {
  return (answer) => {
    const { success, error } = schema.safeParse(answer);
    const message = error?.issues[0]?.message ?? "can't be used";
    return success ? undefined : `has the wrong form: it ${message}`;
  };
}

const { project, environment, site, apiKey } = stackSchema.shape;

/**
 * What was given, and what a person says to the rest.
 * @param prompts undefined where nobody can be asked.
 * @throws UserError where something is missing and nobody can be asked, or what was given will not do.
 */
export async function gather(given: Given, prompts: Prompts | undefined): Promise<Answers> {
  if (prompts === undefined) {
    const needed: readonly Flag[] = ["project", "environment", "hosts", "api-key-file"];
    const absent = needed.filter((name) => given[name] === undefined);
    if (absent.length > 0) throw missing(absent);
  }
  const ask = async (name: Flag, question: string, judge: Judge, usual?: string): Promise<string> => {
    const value = given[name];
    if (value === undefined) return prompts === undefined ? (usual ?? "") : prompts.ask(question, judge, usual);
    const problem = judge(value);
    if (problem !== undefined) throw new UserError(`The ${name} ${value} ${problem}.`);
    return value;
  };
  const answers = {
    project: await ask("project", "Project, the value of the tag project, such as shop", judgeBy(project)),
    environment: await ask("environment", "Environment, such as staging", judgeBy(environment)),
  };
  const hosts =
    given.hosts !== undefined || prompts === undefined
      ? readHostAddresses(given.hosts ?? "")
      : await askForHosts(prompts);
  if (hosts.length === 0) throw missing(["hosts"]);
  const key = await ask("key", "File of the private key that opens them (empty: the ssh agent)", judgeKey, "");
  return {
    ...answers,
    hosts: hosts.map((host, index) => nameHost(host, `${answers.project}-${answers.environment}-${index + 1}`)),
    privateKeyFile: key === "" ? undefined : inHome(key),
    site: await ask("site", "Datadog site", judgeBy(site), defaults.site),
  };
}

/** A file of the home folder by `~`, which is right for others who use the stack too. */
function inHome(file: string): string {
  const home = `${homedir()}/`;
  return file.startsWith(home) ? `~/${file.slice(home.length)}` : file;
}

function judgeKey(file: string): string | undefined {
  if (file === "") return undefined;
  try {
    readPrivateKey(file);
    return undefined;
  } catch (error) {
    return `can't be used: ${(error as Error).message.split("privateKeyFile: ").pop() ?? ""}`;
  }
}

async function askForHosts(prompts: Prompts): Promise<HostAddress[]> {
  const hosts: HostAddress[] = [];
  for (;;) {
    const first = hosts.length === 0;
    const question = first
      ? `Host, as USER@ADDRESS:PORT (user ${defaults.user}, port ${defaults.port} unless said; NAME= before it names it)`
      : "Another host (empty: no more)";
    const text = await prompts.ask(question, (answer) => {
      if (answer === "") return first ? "is no host" : undefined;
      try {
        readHostAddress(answer);
        return undefined;
      } catch (error) {
        return `will not do: ${(error as Error).message}`;
      }
    });
    if (text === "") return hosts;
    hosts.push(readHostAddress(text));
  }
}

function nameHost({ name, user, address, port }: HostAddress, usualName: string): NamedHost {
  return { name: name ?? usualName, user: user ?? defaults.user, address, port: port ?? defaults.port };
}

/**
 * Datadog's API key, from a file or a person; never from a command line, which others can read.
 * @throws UserError where the file can't be read or holds no key. The message never holds what was read.
 */
export async function readApiKey(given: Given, prompts: Prompts | undefined): Promise<string> {
  const file = given["api-key-file"];
  const judge = judgeBy(apiKey);
  if (file === undefined) {
    if (prompts === undefined) throw missing(["api-key-file"]);
    return prompts.askSecretly("Datadog's API key", judge);
  }
  const name = file === "-" ? "stdin" : file;
  const text = readTrimmed(file === "-" ? 0 : file.replace(/^~(?=\/)/, homedir()), name);
  const problem = judge(text);
  if (problem !== undefined) throw new UserError(`What ${name} holds ${problem}.`);
  return text;
}

function readTrimmed(file: string | number, name: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new UserError(`The API key can't be read from ${name} (${String((error as NodeJS.ErrnoException).code)}).`);
  }
}

/**
 * The integrations among some words.
 * @throws UserError where one is none.
 */
export function readIntegrations(text: string): IntegrationName[] {
  const words = wordsOf(text);
  const unknown = words.filter((word) => !(integrationNames as readonly string[]).includes(word));
  if (unknown.length > 0) {
    throw new UserError(`There is no integration ${unknown.join(", ")}; there are: ${integrationNames.join(", ")}.`);
  }
  return integrationNames.filter((name) => words.includes(name));
}

/**
 * The name of the stack of a project and an environment.
 * @throws UserError where Pulumi would take no such name.
 */
export function stackNameOf({ project, environment }: Pick<Answers, "project" | "environment">): string {
  const name = `${project}-${environment}`;
  if (/^[A-Za-z0-9_.-]{1,100}$/.test(name)) return name;
  throw new UserError(
    `${name} can't be a stack's name, which has at most 100 letters, digits, "-", "_" and ".": choose another project or environment.`,
  );
}
