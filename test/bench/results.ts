import type { StepCost } from "./deploys/measure";
import type { OwnScenario, Scenario } from "./deploys/contender";

/** What one contender took for one scenario. */
export interface DeployFigure {
  readonly contender: string;
  readonly scenario: Scenario | OwnScenario;
  readonly hosts: number;
  /** Milliseconds that the link adds each way. */
  readonly delay: number;
  /** The stand-ins among the programs that the figure rests on. */
  readonly standIns: readonly string[];
  readonly runs: StepCost[];
}

/** How long something took that happened again and again, in seconds. */
export interface ReactionFigure {
  readonly contender: string;
  readonly what: string;
  /** Containers that were there already. */
  readonly containers: number;
  readonly standIns: readonly string[];
  readonly seconds: readonly number[];
}

/** What the generator costs. */
export interface CostFigure {
  readonly contender: string;
  readonly containers: number;
  readonly standIns: readonly string[];
  readonly mebibytes: number;
  /** Processor seconds within a minute in which nothing happened. */
  readonly idleSeconds: number;
}

/** All of one run of the benchmark. */
export interface Results {
  /** As ISO 8601. */
  readonly at: string;
  readonly machine: {
    readonly processors: number;
    readonly node: string;
    /** Processes that wanted to run, in the minute before the start and before the end. */
    readonly load: readonly [before: number, after: number];
  };
  readonly versions: Readonly<Record<string, string>>;
  /** All parts of the toolchain that were stand-ins. */
  readonly standIns: readonly string[];
  /** What could not be measured, and why; a line each. */
  readonly failed: readonly string[];
  readonly deploys: readonly DeployFigure[];
  /** The same machines as a list of hosts and as a Swarm, by their number; measured by itself, so that both are of one time. */
  readonly swarm?: {
    /** As ISO 8601. */
    readonly at: string;
    readonly deploys: readonly DeployFigure[];
  };
  readonly reactions: readonly ReactionFigure[];
  readonly costs: readonly CostFigure[];
}

/** The middle of some numbers; of an even count, the mean of the two in the middle. NaN for none. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

/** The smallest of some numbers that at least this part of them does not exceed. NaN for none. */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * part) - 1))] ?? NaN;
}

/** The distance between the least and the most of some numbers, as a part of their median; 0 for a single one. */
export function noise(numbers: readonly number[]): number {
  return numbers.length < 2 ? 0 : (Math.max(...numbers) - Math.min(...numbers)) / median(numbers);
}
