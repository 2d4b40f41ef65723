import { randomUUID } from "node:crypto";

import { integrationNames, selectIntegrations, type GenerationNumber } from "../../infra/integrations";
import { containerNames, HostPaths, type Role } from "../../infra/names";
import { lookScript, type ExpectedHost } from "../look";
import { run } from "../shared/run";
import { configFilesQuestion } from "./config-files";
import { containersQuestion } from "../containers/containers";
import { draftsQuestion } from "./drafts";
import { engineStartQuestion } from "./engine-start";
import { inContainer, maxAnswerBytes, questionScript, quote, readAnswers, type Question } from "../shared/questions";
import { removedPagesQuestion } from "./removed-pages";
import { generationStatus, type HostAnswers } from "./report";
import type { StackFileParts } from "./stack-file-parts";
import { swarmQuestions } from "./swarm";
import type { WantedImages } from "./versions";

/** A host as `pulumi stack output hosts` describes it. */
export interface WatchedHost {
  readonly name: string;
  /** The shell command that logs in. */
  readonly ssh: string;
  readonly agentGeneration: GenerationNumber;
  /** The host's root folder (the setting `root`). Default: its files are not read. */
  readonly root?: string;
  /** Names of the checks that the stack lists. Default: not known. */
  readonly integrations?: readonly string[];
  /** The images that the stack's settings name. Default: not known. */
  readonly images?: WantedImages | undefined;
  /** What the stack's file has for the host. Default: not known. */
  readonly fileParts?: StackFileParts | undefined;
}

/** The generator's drafts: the agent's configs, and the status pages of each service. */
const draftNames = [
  "datadog",
  ...selectIntegrations(integrationNames).flatMap(({ statusPage }) =>
    statusPage === undefined ? [] : [statusPage.service],
  ),
];

/** Asks for the links in a folder; a missing folder has none. */
function linksQuestion(folder: string): Question {
  return { name: "links", command: `[ ! -d ${quote(folder)} ] || find ${quote(folder)} -type l` };
}

/**
 * Asks a host all questions over one ssh connection, those to the agent, to the generator and to the host side by side.
 * @param expected what the stack's state says of the host. With it, the answer `look` says what is there instead. Default:
 *   that is not asked.
 * @throws ProcessError if the host can't be reached; failures on the host itself are in the answers.
 */
export async function readHost(host: WatchedHost, expected?: ExpectedHost): Promise<HostAnswers> {
  const { agentGeneration, integrations, root, images, fileParts } = host;
  const questions = [
    ...(root === undefined ? [] : [linksQuestion(new HostPaths(root).passwords)]),
    ...(expected === undefined ? [] : [{ name: lookAnswer, command: lookScript(expected), lane: "look" }]),
    ...statusQuestions(agentGeneration, containerNames),
  ];
  return { agentGeneration, integrations, root, images, fileParts, ...(await ask(host, questions)) };
}

/**
 * What `make status` asks wherever an agent runs, on a host or on a node of a Swarm.
 * @param own the containers of this program, each as a word of the shell.
 */
export function statusQuestions(
  agentGeneration: GenerationNumber,
  { agent, generator }: Readonly<Record<Role, string>>,
): Question[] {
  const { questions, files } = generationStatus[agentGeneration];
  const inLane = (lane: string, questions: readonly Question[]): Question[] =>
    questions.map((question) => ({ lane, ...question }));
  return [
    containersQuestion,
    ...swarmQuestions,
    engineStartQuestion,
    // Each of these takes long.
    ...questions(agent).flatMap((question) => inLane(question.name, [question])),
    inContainer(agent, configFilesQuestion("agent-files", files)),
    ...inLane("generator", [
      inContainer(
        generator,
        configFilesQuestion("generated-files", { folder: "/generated/datadog", patterns: "*.yaml */*.yaml" }),
        draftsQuestion(draftNames),
        removedPagesQuestion(),
      ),
    ]),
  ];
}

/** The name of the answer that says what is on a host in place of what its stack's state says. */
export const lookAnswer = "look";

/**
 * Asks a host some questions over one ssh connection.
 * @throws ProcessError where the host can't be reached.
 */
export async function ask(
  host: Pick<WatchedHost, "name" | "ssh">,
  questions: readonly Question[],
): Promise<Pick<HostAnswers, "answers" | "mark">> {
  const mark = randomUUID();
  const { stdout } = await run("sh", ["-c", `${host.ssh} "sh -s"`], {
    input: questionScript(questions, mark),
    timeoutMs: 60_000,
    maxBytes: (questions.length + 1) * maxAnswerBytes,
    title: `Host ${host.name}`,
  });
  return { mark, answers: readAnswers(stdout, mark) };
}
