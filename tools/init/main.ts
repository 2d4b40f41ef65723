/** `make init`: creates a new stack's file from a survey of its hosts. It changes nothing on them. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { generationOf } from "../../infra/generations";
import type { IntegrationName } from "../../infra/integrations";
import { defaults } from "../../infra/settings";
import { pulumiEnvironment, requirePassphrase } from "../deploy/environment";
import { describeSharedSettings } from "../deploy/shared-settings";
import { allOf, runMain, UserError } from "../shared/errors";
import { logToStderr, step } from "../shared/progress";
import { shownLines } from "../shared/shown";
import { answersHelp } from "../shared/usage";
import {
  collectAnswers,
  namedHosts,
  readApiKey,
  readIntegrations,
  stackNameFor,
  validateHosts,
  type Answers,
} from "./answers";
import { confirmHostKeys, type HostWithKey } from "./confirm-keys";
import { createStack, fileExists } from "./create-stack";
import { describeHost, describeResult, obstaclesOf } from "./describe";
import { describeUsage, readOptions, splitList, type PresetAnswers } from "./options";
import { askPassphrase } from "./passphrase";
import { Prompts } from "./prompts";
import { proposedIntegrations, propose, type Proposal } from "./propose";
import { readSurvey, type Survey } from "./read-survey";
import { repeatedCommand } from "./repeated-command";
import { checkPlan, stackText } from "./stack-text";
import { surveyHost } from "./survey";
import { asHosts, describeMissingNodes, missingNodes } from "./swarm-nodes";

const folder = "stacks";

function print(text: string): void {
  process.stdout.write(`${shownLines(text)}\n`);
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (answersHelp(args, describeUsage())) return 0;
  const preset = readOptions(args);
  const prompts = process.stdin.isTTY ? new Prompts() : undefined;
  try {
    await init(preset, prompts);
    return 0;
  } finally {
    prompts?.close();
  }
}

async function init(preset: PresetAnswers, prompts: Prompts | undefined): Promise<void> {
  if (prompts !== undefined) requirePassphrase(process.env, true);
  const answers = await collectAnswers(preset, prompts, { requireNew });
  try {
    await setUp(preset, answers, prompts);
  } catch (error) {
    if (!(error instanceof UserError) || prompts === undefined) throw error;
    throw new UserError(`${error.message}\nTo start again with your answers: ${repeatedCommand(preset, answers)}`);
  }
}

function fileOf(stack: string): string {
  return join(folder, `Pulumi.${stack}.yaml`);
}

function requireNew(stack: string): void {
  if (existsSync(fileOf(stack))) throw fileExists(fileOf(stack));
}

/** Surveys the hosts of these answers, and writes the stack's file. */
async function setUp(preset: PresetAnswers, answers: Answers, prompts: Prompts | undefined): Promise<void> {
  const stack = stackNameFor(answers);
  const file = fileOf(stack);
  // Invalid answers are refused before any host is contacted.
  requirePassphrase(process.env, prompts !== undefined);
  const presetKey = preset["api-key-file"] === undefined ? undefined : await readApiKey(preset, prompts);
  const integrations = preset.integrations === undefined ? undefined : readIntegrations(preset.integrations);
  const networks =
    preset.networks === undefined ? undefined : splitList(preset.networks).filter((name) => name !== "none");
  const given = {
    ...answers,
    intake: preset.intake,
    agentImage: preset["agent-image"],
    generatorImage: preset["generator-image"],
  };
  checkPlan({
    ...given,
    integrations,
    hosts: answers.hosts.map((host) => ({
      ...host,
      privateKeyFile: answers.privateKeyFile,
      networks: networks ?? [],
    })),
  });

  const hosts = await confirmHostKeys(answers.hosts, splitList(preset.fingerprints ?? ""), prompts, print);
  const images = [
    preset["agent-image"] ?? generationOf({ agent: defaults.agent }).defaultImage,
    preset["generator-image"] ?? defaults.generator.image,
  ];
  const first = await surveyAll(hosts, answers.privateKeyFile, images);
  const further = await furtherNodes(
    first,
    { file, stack, fingerprints: splitList(preset.fingerprints ?? "") },
    prompts,
  );
  const rest = further.length === 0 ? [] : await surveyAll(further, answers.privateKeyFile, images);
  const surveyed = [...first, ...rest].map(({ host, survey }) => ({
    host,
    survey,
    proposal: propose(survey, stack, networks),
  }));
  for (const { host, proposal } of surveyed) print(describeHost(host, proposal));
  const proposals = surveyed.map(({ proposal }) => proposal);
  const text = stackText({
    ...given,
    hosts: surveyed.map(({ host, survey, proposal }) => ({ ...host, home: survey.home, networks: proposal.networks })),
    integrations: integrations ?? (await chooseIntegrations(proposals, prompts)),
  });
  const apiKey = presetKey ?? (await readApiKey(preset, prompts));
  const passphrase = await askPassphrase(prompts);
  prompts?.close();
  const environment = { ...(await pulumiEnvironment(stack, "state")), ...passphrase };
  await createStack({ name: stack, file, text, apiKey, environment });
  print(
    describeResult({
      stack,
      file,
      sharedSettings: describeSharedSettings(folder, stack),
      passphraseIsNew: passphrase !== undefined,
      obstacles: obstaclesOf(given, surveyed),
    }),
  );
}

type Surveyed = Awaited<ReturnType<typeof surveyAll>>;

/**
 * The nodes of the hosts' Swarm that the user wants to add to the hosts. Without a terminal, says which there are and how to
 * add them.
 */
async function furtherNodes(
  surveyed: Surveyed,
  { file, stack, fingerprints }: { file: string; stack: string; fingerprints: readonly string[] },
  prompts: Prompts | undefined,
): Promise<HostWithKey[]> {
  const missing = missingNodes(surveyed.map(({ survey }) => survey.swarm));
  const like = surveyed[0]?.host;
  if (missing.length === 0 || like === undefined) return [];
  const proposed = asHosts(missing, like);
  if (prompts === undefined) {
    const listed = surveyed.map(({ host }) => asHosts([{ ...host, id: "" }], host));
    print(describeMissingNodes(missing, file, [...listed, proposed].join(" ")));
    return [];
  }
  const question = "The hosts belong to a Docker Swarm. Its other nodes to watch, separated by blanks (none: no more)";
  const answer = await prompts.ask(question, (text) => (text === "none" ? undefined : validateHosts(text)), proposed);
  if (answer === "none") return [];
  return confirmHostKeys(namedHosts(answer, stack, surveyed.length), fingerprints, prompts, print);
}

/**
 * Surveys all hosts in parallel.
 * @throws UserError with all reasons why hosts can't be reached or deployed to.
 */
async function surveyAll(
  hosts: readonly HostWithKey[],
  privateKeyFile: string | undefined,
  images: readonly string[],
): Promise<{ host: HostWithKey & { privateKeyFile: string | undefined }; survey: Survey }[]> {
  return step(`Inspecting ${hosts.map(({ name }) => name).join(", ")}`, logToStderr, () =>
    allOf(
      hosts.map(async (hostWithKey) => {
        const host = { ...hostWithKey, privateKeyFile };
        const survey = readSurvey(await surveyHost(host, images), host.user, images);
        if (survey.problems.length === 0) return { host, survey };
        throw new UserError(
          survey.problems.map((problem) => `Host ${host.name} (${host.address}): ${problem}`).join("\n"),
        );
      }),
    ),
  ).catch((error: unknown) => {
    throw error instanceof UserError ? new UserError(`${error.message}\nNothing was written.`) : error;
  });
}

/** The integrations for the stack's file; undefined if nothing runs yet, since the default is to monitor everything. */
async function chooseIntegrations(
  proposals: readonly Proposal[],
  prompts: Prompts | undefined,
): Promise<readonly IntegrationName[] | undefined> {
  const proposed = proposedIntegrations(proposals);
  if (proposed === undefined || prompts === undefined) return proposed;
  const answer = await prompts.ask(
    "Integrations",
    (text) => {
      try {
        return readIntegrations(text).length === 0 ? "names none" : undefined;
      } catch (error) {
        return `can't be used: ${(error as Error).message}`;
      }
    },
    proposed.join(" "),
  );
  return readIntegrations(answer);
}

runMain(main);
