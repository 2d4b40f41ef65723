import { reportFailedResourcesBriefly } from "./failed-resources";
import { MonitoredHost } from "./monitored-host";
import { readSettings } from "./settings/read";

reportFailedResourcesBriefly();

const settings = readSettings();

/** Per host: its name, address, containers, folder and integrations. */
export const hosts = settings.hosts.map((host) => new MonitoredHost(host).summary);
