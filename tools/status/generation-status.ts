import type { ConfigFile } from "./config-files";
import type { Answer, Question } from "./questions";

/** One instance of one check, as its agent tells of it. */
export interface AgentInstance {
  readonly check: string;
  /** What the check looks at: an address, or the check's name in brackets where it has none. */
  readonly instance: string;
  /** The container that it was made for; empty where that can't be told. */
  readonly container: string;
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

/** What an agent's own answers come to. */
export interface AgentReport {
  readonly instances: readonly AgentInstance[];
  /** What is wrong: configs that the agent refuses, answers that can't be read. */
  readonly problems: readonly string[];
  /** What is worth a word: configs that are still to be read. */
  readonly remarks: readonly string[];
}

/** What is known of a host besides the agent's own answers. */
export interface HostContext {
  /** The config files as the agent sees them. */
  readonly agentFiles: readonly ConfigFile[];
  /** The config files as the generator has made them. */
  readonly generatedFiles: readonly ConfigFile[];
  /** The name of a container by its id, or undefined. */
  containerName(id: string): string | undefined;
  /** What a container's labels say to the agent's own discovery; empty where it has none. */
  discoveryLabels(id: string): readonly string[];
  /** Whether the agent has just started: it does not answer at once. */
  readonly starting: boolean;
  /** How often the agent looks for new configs, in seconds. */
  readonly pollSeconds: number;
}

/** How an agent of one generation is asked. */
export interface GenerationStatus {
  /** Shell commands for the host. */
  readonly questions: readonly Question[];
  /** Where the agent's config files lie in its container, and what they are called. */
  readonly files: { readonly folder: string; readonly patterns: string };
  /** Puts the answers together, by the questions' names. Answers of any form are taken: it throws nothing. */
  report(answers: (name: string) => Answer, context: HostContext): AgentReport;
}
