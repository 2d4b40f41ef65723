import { randomUUID } from "node:crypto";

import type { SwarmOutput } from "../../infra/swarm";
import { maxAnswerBytes, questionScript, type Question } from "../shared/questions";
import { UsageError } from "../shared/usage";
import { askNodes, type NodeAnswer } from "./nodes";
import { findOwnTasks } from "./own-tasks";

/** What the nodes of a Swarm are asked. */
export interface NodeQuestions {
  /** The stack's name. */
  readonly stack: string;
  /** Their commands may use the words of {@link ownTasks}. */
  readonly questions: readonly Question[];
  /** Name of the only node to ask. Default: all. */
  readonly node?: string | undefined;
  /** How nodes are asked. Default: by a job of the Swarm. */
  readonly ask?: typeof askNodes | undefined;
}

/** What the nodes of a Swarm have answered. */
export interface MarkedAnswers {
  /** One for each node, in the order of their names; `readAnswers` reads an output. */
  readonly answers: readonly NodeAnswer[];
  /** What separates the answers to the questions in an output. */
  readonly mark: string;
}

/**
 * Asks the nodes of a Swarm questions.
 * @throws UsageError if the Swarm has no node of the wanted name, and ProcessError if none of the managers answers.
 */
export async function questionNodes(
  swarm: SwarmOutput,
  { stack, questions, node, ask = askNodes }: NodeQuestions,
): Promise<MarkedAnswers> {
  const mark = randomUUID();
  const { names, answers } = await ask(swarm, {
    stack,
    script: questionScript(questions, mark, findOwnTasks),
    maxBytes: (questions.length + 1) * maxAnswerBytes,
    only: node,
  });
  if (node !== undefined && !names.includes(node)) throw noSuchNode(stack, node, names);
  return { answers, mark };
}

/** The error if a Swarm has no node of the wanted name. */
export function noSuchNode(stack: string, node: string, names: readonly string[]): UsageError {
  return new UsageError(`The Swarm of stack ${stack} has no node ${node}; its nodes are: ${names.join(", ")}.`);
}
