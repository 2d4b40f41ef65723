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
