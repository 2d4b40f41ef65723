import type { ConfigFile } from "./config-files";
import type { Answer, Question } from "../shared/questions";

/** One instance of one check, as its agent reports it. */
export interface AgentInstance {
  readonly check: string;
  /** The address that the check connects to, or the check's name in brackets if it has none. */
  readonly instance: string;
  /** The container that it was generated for; empty if it is unknown. */
  readonly container: string;
  readonly tags: readonly string[];
  /** Runs since the agent loaded it. Generation 5 reports the last one only: 1, or 0 before it. */
  readonly runs: number;
  /** Metric samples of the last run; with generation 5, those of all instances of the check. */
  readonly samples: number;
  /** Runs and samples as text. */
  readonly collected: string;
  /** The last run's error or warning, or nothing. */
  readonly error: string;
  /** Since when the error lasts, in ISO 8601, by the host's clock; null without an error, or if the agent does not say. */
  readonly since: string | null;
}

/** A generated config that the agent has not read, or not in its newest form. */
export interface UnreadConfig {
  readonly check: string;
  /** The container that it was generated for, or else the file. */
  readonly name: string;
  /** How many seconds ago it was written. */
  readonly age: number;
  /** Whether the agent should have read it by now. */
  readonly late: boolean;
  /** What is wrong with it as YAML; undefined for valid YAML. */
  readonly problem: string | undefined;
}

/** What follows from an agent's own answers. */
export interface AgentReport {
  readonly instances: readonly AgentInstance[];
  /** What is wrong: configs that the agent refuses, answers that can't be read. */
  readonly problems: readonly string[];
  /** Remarks, such as configs that the agent has not read yet. */
  readonly remarks: readonly string[];
  /** Configs that the agent has not read yet. */
  readonly unread: readonly UnreadConfig[];
}

/** What is known about a host besides the agent's own answers. */
export interface HostContext {
  /** The config files as the agent sees them. */
  readonly agentFiles: readonly ConfigFile[];
  /** The config files as the generator wrote them. */
  readonly generatedFiles: readonly ConfigFile[];
  /** The name of a container by its id, or undefined. */
  containerName(id: string): string | undefined;
  /** The values of a container's labels for the agent's own discovery; empty if it has none. */
  discoveryLabels(id: string): readonly string[];
  /** The name of the agent's own container. */
  readonly agentName: string;
  /** Whether the agent has just started: it may not answer yet. */
  readonly starting: boolean;
  /** The host's own time, in seconds since 1970; undefined if unknown. */
  readonly now: number | undefined;
  /** The interval at which the agent polls for new configs, in seconds. */
  readonly pollSeconds: number;
}

/** How an agent of one generation is asked. */
export interface GenerationStatus {
  /**
   * Shell commands for the host.
   * @param agent the agent's container, as a word of the shell.
   */
  readonly questions: (agent: string) => readonly Question[];
  /** The folder of the agent's config files in its container, and their name patterns. */
  readonly files: { readonly folder: string; readonly patterns: string };
  /** Evaluates the answers, by the questions' names. It accepts answers of any form and never throws. */
  report(answers: (name: string) => Answer, context: HostContext): AgentReport;
}
