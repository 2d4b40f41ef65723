import { createCanaryGate } from "./canary-gate";
import { MonitoredHost } from "./monitored-host";
import type { FleetSettings } from "../settings";

/** Puts all hosts of a stack under watch, each by itself; where a canary is named, it goes first and the rest waits. */
export function watchFleet({ hosts, canary }: FleetSettings): void {
  const first = hosts.find(({ name }) => name === canary);
  const after = first === undefined ? [] : [createCanaryGate(first, new MonitoredHost(first))];
  for (const host of hosts) {
    if (host !== first) new MonitoredHost(host, { after });
  }
}
