import { apache } from "./apache";
import { docker } from "./docker";
import type { Integration } from "./integration";
import { mcache } from "./mcache";
import { nginx } from "./nginx";
import { postgres } from "./postgres";
import { redisdb } from "./redisdb";

export type { GenerationNumber, Integration, Signs, StatusPage } from "./integration";

const all = { apache, docker, mcache, nginx, postgres, redisdb } as const satisfies Record<string, Integration>;

export type IntegrationName = keyof typeof all;

/** The integrations that a stack can list, in the order in which they are written. */
export const integrationNames = Object.keys(all).sort() as [IntegrationName, ...IntegrationName[]];

/** The listed integrations, each once, in a fixed order: the order in the settings changes nothing. */
export function selectIntegrations(names: readonly IntegrationName[]): Integration[] {
  return integrationNames.filter((name) => names.includes(name)).map((name) => all[name]);
}
