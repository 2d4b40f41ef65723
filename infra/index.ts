import { hostOutput, reportFailedResourcesBriefly, watchFleet } from "./fleet";
import { readSettings } from "./settings";

reportFailedResourcesBriefly();

const settings = readSettings();
watchFleet(settings);

/** Per host: its name, address, containers, folder, integrations, and how ssh reaches it. */
export const hosts = settings.hosts.map(hostOutput);
