import type { GenerationNumber } from "../../infra/generations";
import { generation5Status } from "./generation-5";
import { generation7Status } from "./generation-7";

/** One instance of one check, as its agent tells of it. */
export interface AgentInstance {
  readonly check: string;
  /** What the check looks at: an address, or the check's name in brackets where it has none. */
  readonly instance: string;
  readonly tags: readonly string[];
  /** How many runs there were since the agent has it. Generation 5 tells of the last one only: 1, or 0 before it. */
  readonly runs: number;
  /** How many metric samples the last run gave; with generation 5, that of all the check's instances. */
  readonly samples: number;
  /** What was collected, in words. */
  readonly collected: string;
  /** The last run's error or warning, or nothing. */
  readonly error: string;
}

/** One instance of one check on one host. */
export interface InstanceReport extends AgentInstance {
  readonly host: string;
}

/** A host's instances, and what is wrong beside them. */
export interface HostReport {
  readonly instances: readonly InstanceReport[];
  /** Configs that the agent refuses, and containers that have no instance or two names for one tag. */
  readonly remarks: readonly string[];
}

/** What an agent's own answers come to. */
export interface AgentReport {
  readonly instances: readonly AgentInstance[];
  /** Configs that the agent refuses. */
  readonly remarks: readonly string[];
}

/** How an agent of one generation is asked. */
export interface GenerationStatus {
  /** Shell commands for the host; each one's output is an answer. */
  readonly questions: readonly string[];
  /**
   * Puts the answers together, which come in the order of the questions.
   * @throws SyntaxError where an answer is not of the form that the agent's generation gives.
   */
  report(answers: readonly string[]): AgentReport;
}

/** How the agent of each generation is asked. */
export const generationStatus: Readonly<Record<GenerationNumber, GenerationStatus>> = {
  5: generation5Status,
  7: generation7Status,
};

/** What a host says, as it was read from it. */
export interface HostAnswers {
  readonly agentGeneration: GenerationNumber;
  /** The agent's answers to its generation's questions. */
  readonly answers: readonly string[];
  /** Comment lines of the generated configs: why a container has no instance, or that it says a tag twice. */
  readonly remarks: readonly string[];
}

/**
 * Puts together what the agent of a host watches and how it fares.
 * @throws SyntaxError where an answer is not of the form that the agent's generation gives.
 */
export function reportHost(host: string, { agentGeneration, answers, remarks }: HostAnswers): HostReport {
  const report = generationStatus[agentGeneration].report(answers);
  const order = ({ check, instance }: AgentInstance): string => `${check} ${instance}`;
  return {
    instances: report.instances
      .map((instance) => ({ host, ...instance }))
      .sort((a, b) => (order(a) < order(b) ? -1 : 1)),
    remarks: [...report.remarks, ...remarks],
  };
}
