/** `make init`: a new stack's file, from what its hosts say of themselves. It changes nothing on them. */
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
import { gather, readApiKey, readIntegrations, stackNameOf } from "./answers";
import { confirmHostKeys, type KeyedHost } from "./confirm-keys";
import { createStack, fileExists } from "./create-stack";
import { describeEnd, describeHost } from "./describe";
import { readOptions, wordsOf, type Given } from "./options";
import { askPassphrase } from "./passphrase";
import { Prompts } from "./prompts";
import { integrationsOf, propose, type Proposal } from "./propose";
import { readSurvey, type Survey } from "./read-survey";
import { stackText } from "./stack-text";
import { surveyHost } from "./survey";

const folder = "stacks";

function say(text: string): void {
  process.stdout.write(`${shownLines(text)}\n`);
}

async function main(): Promise<number> {
  const given = readOptions(process.argv.slice(2));
  const prompts = process.stdin.isTTY ? new Prompts() : undefined;
  try {
    await init(given, prompts);
    return 0;
  } finally {
    prompts?.close();
  }
}

async function init(given: Given, prompts: Prompts | undefined): Promise<void> {
  const answers = await gather(given, prompts);
  const stack = stackNameOf(answers);
  const file = join(folder, `Pulumi.${stack}.yaml`);
  if (existsSync(file)) throw fileExists(file);
  // What can be refused without a host is refused first.
  requirePassphrase(process.env, prompts !== undefined);
  const givenKey = given["api-key-file"] === undefined ? undefined : await readApiKey(given, prompts);
  const givenIntegrations = given.integrations === undefined ? undefined : readIntegrations(given.integrations);
  const networks = given.networks === undefined ? undefined : wordsOf(given.networks).filter((name) => name !== "none");

  const keyed = await confirmHostKeys(answers.hosts, wordsOf(given.fingerprints ?? ""), prompts, say);
  const images = [
    given["agent-image"] ?? generationOf({ agent: defaults.agent }).defaultImage,
    given["generator-image"] ?? defaults.generator.image,
  ];
  const found = (await surveyAll(keyed, answers.privateKeyFile, images)).map(({ host, survey }) => ({
    host,
    survey,
    proposal: propose(survey, stack, networks),
  }));
  for (const { host, proposal } of found) say(describeHost(host, proposal));
  const proposals = found.map(({ proposal }) => proposal);
  const text = stackText({
    ...answers,
    hosts: found.map(({ host, survey, proposal }) => ({ ...host, home: survey.home, networks: proposal.networks })),
    integrations: givenIntegrations ?? (await chooseIntegrations(proposals, prompts)),
    intake: given.intake,
    agentImage: given["agent-image"],
    generatorImage: given["generator-image"],
  });
  const apiKey = givenKey ?? (await readApiKey(given, prompts));
  const passphrase = await askPassphrase(prompts);
  prompts?.close();
  const environment = { ...(await pulumiEnvironment(stack, "state")), ...passphrase };
  await createStack({ name: stack, file, text, apiKey, environment });
  say(
    describeEnd({
      stack,
      file,
      sharedSettings: describeSharedSettings(folder, stack),
      passphraseIsNew: passphrase !== undefined,
      obstacles: found.flatMap(({ host, proposal }) => proposal.obstacles.map((one) => `${host.name}: ${one}`)),
    }),
  );
}

/** Asks all hosts side by side. Throws where anything can't be deployed to, with every reason. */
async function surveyAll(
  hosts: readonly KeyedHost[],
  privateKeyFile: string | undefined,
  images: readonly string[],
): Promise<{ host: KeyedHost & { privateKeyFile: string | undefined }; survey: Survey }[]> {
  return step(`Looking at ${hosts.map(({ name }) => name).join(", ")}`, logToStderr, () =>
    allOf(
      hosts.map(async (keyed) => {
        const host = { ...keyed, privateKeyFile };
        const survey = readSurvey(await surveyHost(host, images), host.user, images);
        if (survey.problems.length === 0) return { host, survey };
        const told = survey.problems.map((problem) => `Host ${host.name} (${host.address}): ${problem}`);
        throw new UserError(`${told.join("\n")}\nNothing was written.`);
      }),
    ),
  );
}

/** Undefined where nothing runs yet: then everything is watched that will. */
async function chooseIntegrations(
  proposals: readonly Proposal[],
  prompts: Prompts | undefined,
): Promise<readonly IntegrationName[] | undefined> {
  const proposed = integrationsOf(proposals);
  if (proposed === undefined || prompts === undefined) return proposed;
  const answer = await prompts.ask(
    "Integrations",
    (text) => {
      try {
        return readIntegrations(text).length === 0 ? "names none" : undefined;
      } catch (error) {
        return `will not do: ${(error as Error).message}`;
      }
    },
    proposed.join(" "),
  );
  return readIntegrations(answer);
}

runMain(main);
