import { reportFailedResourcesBriefly } from "./failed-resources";
import { MonitoredHost } from "./monitored-host";
import { hostOutput } from "./outputs";
import { readSettings } from "./settings/read";

reportFailedResourcesBriefly();

const settings = readSettings();
for (const host of settings.hosts) new MonitoredHost(host);

/** Per host: its name, address, containers, folder, integrations, and how ssh reaches it. */
export const hosts = settings.hosts.map(hostOutput);
