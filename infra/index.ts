import { awaitClearance } from "./clearance";
import { hostOutput, reportFailedResourcesBriefly, watchFleet } from "./fleet";
import { readSettings } from "./settings";
import { swarmOutput, watchSwarm } from "./swarm";

reportFailedResourcesBriefly();

const settings = readSettings();

/** Registers all resources. */
export async function begin(): Promise<void> {
  await awaitClearance();
  watchFleet(settings);
  watchSwarm(settings);
}

/** Per host: its name, address, containers, folder, integrations, and how ssh reaches it. */
export const hosts = settings.hosts.map(hostOutput);

/** The Swarm in place of hosts: how its managers are reached, its services and integrations. */
export const swarm = swarmOutput(settings.swarm);
