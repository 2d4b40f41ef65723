/** The differences between the generations 5 and 7 of the agent: folders, variables, checks, limits of each. */
import { type GenerationNumber, integrationNames, selectIntegrations } from "../integrations";
import type { Generation } from "./generation";
import { generation5 } from "./generation-5";
import { generation7 } from "./generation-7";

export { applicationPaths, collectsLogs, hasSockets } from "./applications";
export type { Generation, HealthCheck } from "./generation";
export { secretsFolder } from "./generation";
export { versionOf } from "./image-version";

const generations: Readonly<Record<GenerationNumber, Generation>> = { 5: generation5, 7: generation7 };

/** The properties of a host's generation of the agent. */
export function generationOf(host: { readonly agent: { readonly generation: GenerationNumber } }): Generation {
  return generations[host.agent.generation];
}

/** The config files of all integrations in all generations, below the folder of configs. */
export function allConfigFiles(): string[] {
  return selectIntegrations(integrationNames).flatMap(({ check }) =>
    Object.values(generations).map((generation) => generation.configFile(check[generation.number])),
  );
}
