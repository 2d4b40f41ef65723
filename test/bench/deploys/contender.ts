import type { TestHost } from "../../../sandbox/host";

/** What is done to hosts, in the order in which it is measured. */
export const scenarios = [
  "first",
  "nothing to do",
  "preview, nothing to do",
  "generator's files changed",
  "agent's image changed",
  "destroy",
] as const;
export type Scenario = (typeof scenarios)[number];

/** What is measured of a list of hosts and of a Swarm; the last one leaves the machines to the other one. */
export const comparedScenarios = [
  "first",
  "nothing to do",
  "generator's files changed",
  "destroy",
] as const satisfies readonly Scenario[];

/** What only this program does; measured before the last of the scenarios. */
export const ownScenarios = [
  "status",
  "drift",
  "check of a container",
  "render",
  "preview with LIVE=yes",
  "files changed, with a proof",
] as const;
export type OwnScenario = (typeof ownScenarios)[number];

/** A machine as a contender reaches it: itself, or a proxy in front of it. */
export interface Target {
  readonly host: TestHost;
  readonly address: string;
  readonly port: number;
}

/** A command that a user would type. */
export interface Step {
  readonly command: readonly [string, ...string[]];
  /** Default: this repository's root. */
  readonly folder?: string;
  /** Variables on top of this process's. Default: none. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** A way to get agent and generator onto hosts. */
export interface Contender {
  readonly name: string;
  /** The programs that it runs on this machine and that are stand-ins. */
  readonly standIns: readonly string[];
  /** The most hosts that it can be asked for. Default: any number. */
  readonly mostHosts?: number;
  /** Whether it is measured on the plain link alone. Default: no. */
  readonly plainLinkOnly?: boolean;
  /** Gets ready for these hosts, on which nothing runs yet. Not measured. */
  prepare(targets: readonly Target[]): Promise<void>;
  /** What the user edits before, which is not measured, and the command; undefined where it has no such thing. */
  step(scenario: Scenario): Step | undefined;
  /** The same for what only this program does. Default: nothing. */
  ownStep?(scenario: OwnScenario): Step;
  /** Takes away what it has on this machine. */
  close(): Promise<void>;
}
