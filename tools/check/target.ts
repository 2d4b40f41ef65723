import type { GenerationNumber } from "../../infra/integrations";
import { containerNames, type Role } from "../../infra/names";
import type { SwarmOutput } from "../../infra/swarm";
import { UserError } from "../shared/errors";
import { readAnswers, type Question } from "../shared/questions";
import { ProcessError } from "../shared/run";
import { whyNotReached } from "../status/ask-hosts";
import { ask, readHost, statusQuestions, type WatchedHost } from "../status/read-host";
import type { HostAnswers } from "../status/report";
import type { askNodes } from "../swarm/nodes";
import { ownTasks } from "../swarm/own-tasks";
import { questionNodes } from "../swarm/question-nodes";
import { whyNoManager } from "../swarm/silence";

type Answers = Pick<HostAnswers, "answers" | "mark">;

/** A host or a node of a Swarm, whose containers are checked. */
export interface CheckTarget {
  readonly name: string;
  readonly agentGeneration: GenerationNumber;
  /** The containers of this program, each as a word of the shell. */
  readonly own: Readonly<Record<Role, string>>;
  /**
   * Asks what `make status` asks.
   * @throws UserError if it can't be asked; the message says why.
   */
  read(): Promise<HostAnswers>;
  /** Asks questions. Throws the same. */
  ask(questions: readonly Question[]): Promise<Answers>;
}

/** A host of a stack. */
export function hostTarget(host: WatchedHost): CheckTarget {
  const { name, agentGeneration } = host;
  const told = (error: unknown): never => {
    throw error instanceof ProcessError ? new UserError(`Host ${name} ${whyNotReached(error)}`) : error;
  };
  return {
    name,
    agentGeneration,
    own: containerNames,
    read: () => readHost(host).catch(told),
    ask: (questions) => ask(host, questions).catch(told),
  };
}

/**
 * A node of a stack's Swarm. It is asked by a job, which takes some seconds each time.
 * @param asking how nodes are asked. Default: by a job of the Swarm.
 */
export function nodeTarget(swarm: SwarmOutput, stack: string, node: string, asking?: typeof askNodes): CheckTarget {
  const askNode = async (questions: readonly Question[]): Promise<Answers> => {
    const asked = questionNodes(swarm, { stack, questions, node, ask: asking });
    const { answers, mark } = await asked.catch((error: unknown) => {
      throw error instanceof ProcessError ? new UserError(`The Swarm: ${whyNoManager(error)}`) : error;
    });
    const answer = answers.find(({ name }) => name === node);
    if (answer?.output === undefined) throw new UserError(`Node ${node}: ${answer?.problem ?? "has not answered."}`);
    return { mark, answers: readAnswers(answer.output, mark) };
  };
  return {
    name: node,
    agentGeneration: 7,
    own: ownTasks,
    read: async () => ({
      agentGeneration: 7,
      isNode: true,
      integrations: swarm.integrations,
      ...(await askNode(statusQuestions(7, ownTasks))),
    }),
    ask: askNode,
  };
}
