import { randomUUID } from "node:crypto";

import type { GenerationNumber } from "../../infra/integrations";
import { containerNames } from "../../infra/names";
import { run } from "../shared/run";
import { configFilesQuestion } from "./config-files";
import { containersQuestion } from "./containers";
import { mostBytes, questionScript, readAnswers } from "./questions";
import { generationStatus, type HostAnswers } from "./report";

/** A host as `pulumi stack output hosts` tells of it. */
export interface WatchedHost {
  readonly name: string;
  /** The shell command that logs in. */
  readonly ssh: string;
  readonly agentGeneration: GenerationNumber;
}

/**
 * Asks a host what it watches, over one ssh connection.
 * @throws ProcessError where the host can't be reached; what does not answer on it stands in the answers.
 */
export async function readHost(host: WatchedHost): Promise<HostAnswers> {
  const { agentGeneration } = host;
  const { questions: ofAgent, files } = generationStatus[agentGeneration];
  const questions = [
    containersQuestion,
    ...ofAgent,
    configFilesQuestion("agent-files", { container: containerNames.agent, ...files }),
    configFilesQuestion("generated-files", {
      container: containerNames.generator,
      folder: "/generated/datadog",
      patterns: "*.yaml */*.yaml",
    }),
  ];
  const mark = randomUUID();
  const { stdout } = await run("sh", ["-c", `${host.ssh} "sh -s"`], {
    input: questionScript(questions, mark),
    timeoutMs: 60_000,
    mostBytes: (questions.length + 1) * mostBytes,
    title: `Host ${host.name}`,
  });
  return { agentGeneration, mark, answers: readAnswers(stdout, mark) };
}
