import { docker } from "./docker";
import type { Integration } from "./integration";
import { redisdb } from "./redisdb";

export type { Integration } from "./integration";

const all = { docker, redisdb } as const satisfies Record<string, Integration>;

export type IntegrationName = keyof typeof all;

/** The integrations that a stack can list, in the order in which they are written. */
export const integrationNames = Object.keys(all).sort() as [IntegrationName, ...IntegrationName[]];

/** The listed integrations, each once, in a fixed order: the order in the settings changes nothing. */
export function selectIntegrations(names: readonly IntegrationName[]): Integration[] {
  return integrationNames.filter((name) => names.includes(name)).map((name) => all[name]);
}

/** Where an integration's config lies below the folder of generated files. */
export function configPath({ check }: Integration): { folder: string; file: string } {
  return { folder: `${check}.d`, file: `${check}.d/${check}.yaml` };
}
