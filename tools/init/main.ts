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
import { collectAnswers, readApiKey, readIntegrations, stackNameFor } from "./answers";
import { confirmHostKeys, type HostWithKey } from "./confirm-keys";
import { createStack, fileExists } from "./create-stack";
import { describeResult, describeHost } from "./describe";
import { readOptions, splitList, type PresetAnswers } from "./options";
import { askPassphrase } from "./passphrase";
import { Prompts } from "./prompts";
import { proposedIntegrations, propose, type Proposal } from "./propose";
import { readSurvey, type Survey } from "./read-survey";
import { stackText } from "./stack-text";
import { surveyHost } from "./survey";

const folder = "stacks";

function print(text: string): void {
  process.stdout.write(`${shownLines(text)}\n`);
}

async function main(): Promise<number> {
  const preset = readOptions(process.argv.slice(2));
  const prompts = process.stdin.isTTY ? new Prompts() : undefined;
  try {
    await init(preset, prompts);
    return 0;
  } finally {
    prompts?.close();
  }
}

async function init(preset: PresetAnswers, prompts: Prompts | undefined): Promise<void> {
  const answers = await collectAnswers(preset, prompts);
  const stack = stackNameFor(answers);
  const file = join(folder, `Pulumi.${stack}.yaml`);
  if (existsSync(file)) throw fileExists(file);
  // Invalid answers are refused before any host is contacted.
  requirePassphrase(process.env, prompts !== undefined);
  const presetKey = preset["api-key-file"] === undefined ? undefined : await readApiKey(preset, prompts);
  const integrations = preset.integrations === undefined ? undefined : readIntegrations(preset.integrations);
  const networks =
    preset.networks === undefined ? undefined : splitList(preset.networks).filter((name) => name !== "none");

  const hosts = await confirmHostKeys(answers.hosts, splitList(preset.fingerprints ?? ""), prompts, print);
  const images = [
    preset["agent-image"] ?? generationOf({ agent: defaults.agent }).defaultImage,
    preset["generator-image"] ?? defaults.generator.image,
  ];
  const surveyed = (await surveyAll(hosts, answers.privateKeyFile, images)).map(({ host, survey }) => ({
    host,
    survey,
    proposal: propose(survey, stack, networks),
  }));
  for (const { host, proposal } of surveyed) print(describeHost(host, proposal));
  const proposals = surveyed.map(({ proposal }) => proposal);
  const text = stackText({
    ...answers,
    hosts: surveyed.map(({ host, survey, proposal }) => ({ ...host, home: survey.home, networks: proposal.networks })),
    integrations: integrations ?? (await chooseIntegrations(proposals, prompts)),
    intake: preset.intake,
    agentImage: preset["agent-image"],
    generatorImage: preset["generator-image"],
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
      obstacles: surveyed.flatMap(({ host, proposal }) => proposal.obstacles.map((one) => `${host.name}: ${one}`)),
    }),
  );
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
  return step(`Looking at ${hosts.map(({ name }) => name).join(", ")}`, logToStderr, () =>
    allOf(
      hosts.map(async (hostWithKey) => {
        const host = { ...hostWithKey, privateKeyFile };
        const survey = readSurvey(await surveyHost(host, images), host.user, images);
        if (survey.problems.length === 0) return { host, survey };
        const lines = survey.problems.map((problem) => `Host ${host.name} (${host.address}): ${problem}`);
        throw new UserError(`${lines.join("\n")}\nNothing was written.`);
      }),
    ),
  );
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
