import type { GenerationNumber } from "../../infra/integrations";
import { run } from "../shared/run";
import { generationStatus, type HostAnswers } from "./report";

/** A host as `pulumi stack output hosts` tells of it. */
export interface WatchedHost {
  readonly name: string;
  /** The shell command that logs in. */
  readonly ssh: string;
  readonly agentGeneration: GenerationNumber;
}

const boundary = "=====datadog-hosts=====";

/** Comments of the generated configs: their place differs by the agent's generation. */
const remarksQuestion = `docker exec datadog-gen sh -c 'cd /generated/datadog && grep -h -s "^  # " *.yaml */*.yaml || true'`;

/**
 * Asks the agent of a host what it watches, over one ssh connection.
 * @throws ProcessError where the host can't be reached or its agent does not answer.
 */
export async function readHost(host: WatchedHost): Promise<HostAnswers> {
  const { agentGeneration } = host;
  const questions = [...generationStatus[agentGeneration].questions, remarksQuestion];
  const { stdout } = await run("sh", ["-c", `${host.ssh} "sh -es"`], {
    input: questions.join(`\necho ${boundary}\n`),
    timeoutMs: 60_000,
    title: `Host ${host.name}`,
  });
  const answers = stdout.split(`${boundary}\n`);
  const remarks = answers.pop() ?? "";
  return {
    agentGeneration,
    answers,
    remarks: remarks
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => `${host.name}: ${line.replace(/^ *# /, "")}`),
  };
}
