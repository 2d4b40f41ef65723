import { reportFailedResourcesBriefly } from "./failed-resources";
import { watchFleet } from "./fleet";
import { hostOutput } from "./outputs";
import { readSettings } from "./settings/read";

reportFailedResourcesBriefly();

const settings = readSettings();
watchFleet(settings);

/** Per host: its name, address, containers, folder, integrations, and how ssh reaches it. */
export const hosts = settings.hosts.map(hostOutput);
