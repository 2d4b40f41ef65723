import type { SwarmOutput } from "../../infra/swarm";
import { readAnswers } from "../shared/questions";
import { ProcessError } from "../shared/run";
import type { Shown } from "../shared/shown";
import { wholeSwarm } from "../swarm/look";
import type { askNodes, NodeAnswer } from "../swarm/nodes";
import { ownTasks } from "../swarm/own-tasks";
import { questionNodes } from "../swarm/question-nodes";
import { whyNoManager } from "../swarm/silence";
import { statusQuestions } from "./read-host";
import { reportHost, reportSilence, type HostAnswers, type HostReport } from "./report";
import type { WantedImages } from "./versions";

/** How the nodes of a Swarm are asked. */
export interface AskSwarmOptions {
  /** The stack's name. */
  readonly stack: string;
  /** Name of the only node to ask. Default: all. */
  readonly host?: string | undefined;
  /** The images that the stack's settings name. Default: not known. */
  readonly images?: WantedImages | undefined;
  /** How nodes are asked. Default: by a job of the Swarm. */
  readonly ask?: typeof askNodes;
}

/**
 * Asks every node of a Swarm what `make status` asks hosts, and reports on each, in the order of their names. A node that
 * can't be asked affects its own report only; if no manager answers, the only report is on the Swarm.
 * @throws UsageError if the Swarm has no node of the wanted name.
 */
export async function askSwarm(
  swarm: SwarmOutput,
  { stack, host, images, ask }: AskSwarmOptions,
): Promise<Shown<HostReport>[]> {
  const questions = statusQuestions(7, ownTasks);
  try {
    const { answers, mark } = await questionNodes(swarm, { stack, questions, node: host, ask });
    return reportNodes(answers, { mark, images, integrations: swarm.integrations });
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error;
    return [reportSilence(wholeSwarm, whyNoManager(error))];
  }
}

function reportNodes(
  answers: readonly NodeAnswer[],
  { mark, images, integrations }: Pick<HostAnswers, "mark" | "images" | "integrations">,
): Shown<HostReport>[] {
  // Every manager lists all services: one of them is enough.
  let services = false;
  return answers.map(({ name, output, problem }) => {
    if (output === undefined) return reportSilence(name, problem);
    const read = new Map(readAnswers(output, mark));
    if (services) read.delete("services");
    else services = (read.get("services")?.text ?? "") !== "";
    return reportHost(name, { agentGeneration: 7, isNode: true, integrations, images, answers: read, mark });
  });
}
