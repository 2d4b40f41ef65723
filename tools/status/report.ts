import type { GenerationNumber } from "../../infra/integrations";
import { generation5Status } from "./generation-5";
import { generation7Status } from "./generation-7";
import type { AgentInstance, GenerationStatus } from "./generation-status";

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
