import { readFileSync } from "node:fs";
import { homedir } from "node:os";

import type { z } from "zod";

import { integrationNames, type IntegrationName } from "../../infra/integrations";
import { defaults, settingProblem, readPrivateKey, stackSchema } from "../../infra/settings";
import { serviceByName } from "../containers/services";
import { UserError } from "../shared/errors";
import { hostForm, readHostAddress, readHostAddresses, type HostAddress } from "./host-address";
import { missingAnswers, splitList, type Flag, type PresetAnswers } from "./options";
import type { Validator, Prompts } from "./prompts";
import { sshAgentProblem } from "./ssh-agent";

/** The answers that are needed before a host can be contacted. */
export interface Answers {
  readonly project: string;
  readonly environment: string;
  readonly hosts: readonly NamedHost[];
  readonly privateKeyFile: string | undefined;
  readonly site: string | undefined;
}

/** A host with all its settings except its key. */
export interface NamedHost {
  readonly name: string;
  readonly user: string;
  readonly address: string;
  readonly port: number;
}

/** A validator that checks answers against a part of the settings' schema. */
export function validatorFor(schema: z.ZodType): Validator {
  return (answer) => settingProblem(schema, answer);
}

const { project, environment, site, apiKey } = stackSchema.shape;

/** What collectAnswers asks of others than the user. */
interface AnswerChecks {
  /** Why the ssh agent can't be used. */
  readonly agentProblem: () => string | undefined;
  /** Throws if there can't be a new stack of this name; called before the questions about its hosts. */
  readonly requireNew: (stack: string) => void;
}

/**
 * Combines the preset answers with the user's answers to the remaining questions.
 * @param prompts undefined if there is no terminal.
 * @throws UserError if a preset answer is invalid, or if an answer is missing and there is no terminal.
 */
export async function collectAnswers(
  preset: PresetAnswers,
  prompts: Prompts | undefined,
  { agentProblem = sshAgentProblem, requireNew = () => undefined }: Partial<AnswerChecks> = {},
): Promise<Answers> {
  if (prompts === undefined) {
    const required: readonly Flag[] = ["project", "environment", "hosts", "api-key-file"];
    const missing = required.filter((name) => preset[name] === undefined);
    if (missing.length > 0) throw missingAnswers(missing);
  }
  const ask = async (name: Flag, question: string, validate: Validator, defaultAnswer?: string): Promise<string> => {
    const value = preset[name];
    if (value === undefined) {
      return prompts === undefined ? (defaultAnswer ?? "") : prompts.ask(question, validate, defaultAnswer);
    }
    const problem = validate(value);
    if (problem !== undefined) throw new UserError(`The ${name} ${value} ${problem}.`);
    return value;
  };
  const answers = {
    project: await ask("project", "Project, the value of the tag project, such as shop", validateName(project)),
    environment: await ask("environment", "Environment, such as staging", validateName(environment)),
  };
  requireNew(stackNameFor(answers));
  const hosts =
    preset.hosts !== undefined || prompts === undefined
      ? readHostAddresses(preset.hosts ?? "")
      : await askForHosts(prompts);
  if (hosts.length === 0) throw missingAnswers(["hosts"]);
  requireDifferent(hosts);
  const validateKey: Validator = (file) => (file === "" ? emptyKeyProblem(agentProblem()) : validateKeyFile(file));
  const key = await ask("key", "File of the private key for these hosts (empty: the ssh agent)", validateKey, "");
  if (key === "" && prompts === undefined) {
    const problem = agentProblem();
    if (problem !== undefined) throw new UserError(`Without KEY, the keys come from your ssh agent: ${problem}.`);
  }
  return {
    ...answers,
    hosts: hosts.map((host, index) => withDefaults(host, `${answers.project}-${answers.environment}-${index + 1}`)),
    privateKeyFile: key === "" ? undefined : withTilde(key),
    site: await ask("site", "Datadog site", validatorFor(site), defaults.site),
  };
}

function emptyKeyProblem(agentProblem: string | undefined): string | undefined {
  return agentProblem === undefined ? undefined : `means your ssh agent: ${agentProblem}`;
}

/** A validator for a part of the stack's name, which can't have all characters of a tag's value. */
function validateName(schema: z.ZodType): Validator {
  return (answer) =>
    settingProblem(schema, answer) ??
    (answer.includes("/") ? "has a /, which the stack's name, PROJECT-ENVIRONMENT, can't have" : undefined);
}

/** The same machine twice would only be noticed by its key, after the survey. */
function requireDifferent(hosts: readonly HostAddress[]): void {
  const placeOf = ({ address, port = defaults.port }: HostAddress): string => `${address.toLowerCase()}, port ${port}`;
  const places = hosts.map(placeOf);
  const twice = places.find((place, index) => places.indexOf(place) < index);
  if (twice !== undefined) throw new UserError(`The host at ${twice} is listed twice; list it once.`);
}

/** Replaces the home folder in a path by `~`, which suits everybody who uses the stack. */
function withTilde(file: string): string {
  const home = `${homedir()}/`;
  return file.startsWith(home) ? `~/${file.slice(home.length)}` : file;
}

const validateKeyFile: Validator = (file) => problemOf(file, () => readPrivateKey(file));

async function askForHosts(prompts: Prompts): Promise<HostAddress[]> {
  const hosts: HostAddress[] = [];
  for (;;) {
    const first = hosts.length === 0;
    const question = first
      ? `Host, as [NAME=][USER@]ADDRESS[:PORT] (default user ${defaults.user}, default port ${defaults.port})`
      : "Another host (empty: no more)";
    const text = await prompts.ask(question, (answer) => {
      if (answer === "") return first ? `is not a host: write ${hostForm}` : undefined;
      return problemOf(answer, () => readHostAddress(answer));
    });
    if (text === "") return hosts;
    hosts.push(readHostAddress(text));
  }
}

/** Why an answer can't be read, as a phrase that follows it: the messages of most readers begin with the answer, too. */
function problemOf(answer: string, read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    const message = (error as Error).message.split("privateKeyFile: ").pop() ?? "";
    const begins = [`"${answer}" `, `${answer} `].find((text) => message.startsWith(text));
    return begins === undefined ? `can't be used: ${message}` : message.slice(begins.length);
  }
}

/** What is wrong with a list of hosts in the form of the variable `HOSTS`. */
export const validateHosts: Validator = (answer) => problemOf(answer, () => readHostAddresses(answer));

/**
 * The hosts of a list in the form of the variable `HOSTS`.
 * @param count how many hosts the stack has without them, for the names of those without one.
 */
export function namedHosts(text: string, stack: string, count: number): NamedHost[] {
  return readHostAddresses(text).map((host, index) => withDefaults(host, `${stack}-${count + index + 1}`));
}

function withDefaults({ name, user, address, port }: HostAddress, defaultName: string): NamedHost {
  // A stack's name may have characters that a host's name can't have.
  return {
    name: name ?? defaultName.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
    user: user ?? defaults.user,
    address,
    port: port ?? defaults.port,
  };
}

/**
 * Reads Datadog's API key from a file or the terminal, never from the command line, which other users can read.
 * @throws UserError if the file can't be read or does not contain a key. The message never contains the file's content.
 */
export async function readApiKey(preset: PresetAnswers, prompts: Prompts | undefined): Promise<string> {
  const file = preset["api-key-file"];
  const validate = validatorFor(apiKey);
  if (file === undefined) {
    if (prompts === undefined) throw missingAnswers(["api-key-file"]);
    return prompts.askSecret("Datadog's API key", validate);
  }
  const name = file === "-" ? "stdin" : file;
  const text = readTrimmed(file === "-" ? 0 : file.replace(/^~(?=\/)/, homedir()), name);
  const problem = validate(text);
  if (problem !== undefined) throw new UserError(`The content of ${name} ${problem}.`);
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
 * Parses a list of integrations; the names of their services are understood, too.
 * @throws UserError if one of them is unknown.
 */
export function readIntegrations(text: string): IntegrationName[] {
  const names = splitList(text).map((name) => serviceByName(name.toLowerCase())?.integration ?? name);
  const unknown = names.filter((name) => !(integrationNames as readonly string[]).includes(name));
  if (unknown.length > 0) {
    throw new UserError(`There is no integration ${unknown.join(", ")}; there are: ${integrationNames.join(", ")}.`);
  }
  return integrationNames.filter((name) => names.includes(name));
}

/**
 * The stack's name for a project and an environment.
 * @throws UserError if Pulumi does not accept the name.
 */
export function stackNameFor({ project, environment }: Pick<Answers, "project" | "environment">): string {
  const name = `${project}-${environment}`;
  if (/^[A-Za-z0-9_.-]{1,100}$/.test(name)) return name;
  throw new UserError(
    `${name} can't be a stack's name, which has at most 100 letters, digits, "-", "_" and ".": choose another project or environment.`,
  );
}
