import { checkFleet } from "./checks";
import { MonitoredHost } from "./monitored-host";
import type { FleetSettings } from "../settings";
import { warnOf } from "./warnings";

/**
 * Puts all hosts of a stack under watch, each by itself; where a canary is named, it goes first and the rest waits.
 * @throws SettingsError where a host's settings don't fit together, before anything is touched.
 */
export function watchFleet(fleet: FleetSettings): void {
  checkFleet(fleet);
  warnOf(fleet);
  const { hosts, canary } = fleet;
  const first = hosts.find(({ name }) => name === canary);
  const after = first === undefined ? [] : [new MonitoredHost(first, { isCanary: true }).completion];
  for (const host of hosts) {
    if (host !== first) new MonitoredHost(host, { after });
  }
}
