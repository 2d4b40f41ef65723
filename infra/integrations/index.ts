/** The integrations, each in a file of its own, and those that a stack brings with it: what they watch and by which names. */
import { apache } from "./apache";
import { docker } from "./docker";
import type { GenerationNumber, Integration } from "./integration";
import { mcache } from "./mcache";
import { elastic } from "./elastic";
import { etcd } from "./etcd";
import { haproxy } from "./haproxy";
import { httpCheck } from "./http_check";
import { kafkaConsumer } from "./kafka_consumer";
import { mongo } from "./mongo";
import { mysql } from "./mysql";
import { openmetrics } from "./openmetrics";
import { phpFpm } from "./php_fpm";
import { rabbitmq } from "./rabbitmq";
import { tcpCheck } from "./tcp_check";
import { tls } from "./tls";
import { nginx } from "./nginx";
import { readOwnIntegrations } from "./own";
import { ownFolder } from "./own-folder";
import { postgres } from "./postgres";
import { redisdb } from "./redisdb";

export { pythonChecks, readOwnIntegrations, type OwnIntegrations, type OwnProblem } from "./own";
export { hintVariables, logHintVariables, type Guide, type GuideHint, type HintName, type Step } from "./guide";
export type { GenerationNumber, Integration, Signs, StatusPage } from "./integration";

const builtIn = {
  apache,
  docker,
  elastic,
  etcd,
  haproxy,
  http_check: httpCheck,
  kafka_consumer: kafkaConsumer,
  mcache,
  mongo,
  mysql,
  nginx,
  openmetrics,
  php_fpm: phpFpm,
  postgres,
  rabbitmq,
  redisdb,
  tcp_check: tcpCheck,
  tls,
} as const satisfies Record<string, Integration>;

/** Integrations of the stacks' own, which are read when the program starts. */
const own = readOwnIntegrations(ownFolder, builtIn);

/** What is wrong with own integrations; these are left out. */
export const ownIntegrationProblems = own.problems;

const all: Readonly<Record<string, Integration>> = { ...builtIn, ...own.integrations };

/** An integration that comes with this program. */
export type BuiltInName = keyof typeof builtIn;

/** An integration's name: one that comes with this program, or one of the stacks' own. */
export type IntegrationName = string;

/** The integrations that come with this program, sorted. */
export const builtInNames = Object.keys(builtIn).sort() as BuiltInName[];

/** The integrations that a stack can list, in the order in which they are written. */
export const integrationNames = Object.keys(all).sort() as [string, ...string[]];

/**
 * The listed integrations, each once, in a fixed order: the order in the settings changes nothing.
 * @param generation leaves out those that this generation of the agent does not have. Default: all stay.
 */
export function selectIntegrations(names: readonly IntegrationName[], generation?: GenerationNumber): Integration[] {
  return integrationNames
    .filter((name) => names.includes(name) && (generation === undefined || supportsIntegration(generation, name)))
    .flatMap((name) => all[name] ?? []);
}

/** Whether a generation of the agent has an integration's check. */
export function supportsIntegration(generation: GenerationNumber, name: IntegrationName): boolean {
  const onlyIn = all[name]?.onlyIn;
  return onlyIn === undefined || onlyIn === generation;
}

/** All names by which containers ask for an integration, the usual one first; none if it is for no container. */
export function serviceNames({ containers }: Integration): string[] {
  return containers === undefined ? [] : [containers.service, ...(containers.otherNames ?? [])];
}

/**
 * What a container may call a service in the label or variable of a value for this service alone, the usual name first:
 * all its names, and for those with a dash, which shells refuse in the name of a variable, the same with an underscore.
 */
export function hintNames(integration: Integration): string[] {
  const names = serviceNames(integration);
  return [...new Set([...names, ...names.map((name) => name.replaceAll("-", "_"))])];
}
