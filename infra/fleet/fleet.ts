import * as pulumi from "@pulumi/pulumi";

import { checkFleet } from "./checks";
import { MonitoredHost } from "./monitored-host";
import type { FleetSettings } from "../settings";
import { Turns } from "./turns";
import { warnOf } from "./warnings";

/**
 * Puts all hosts of a stack under watch, each by itself. Where a canary is named, it goes first and the rest waits; where a
 * batch is set, only so many of the others change at the same time.
 * @throws SettingsError where a host's settings don't fit together, before anything is touched.
 */
export function watchFleet(fleet: FleetSettings): void {
  checkFleet(fleet);
  warnOf(fleet);
  const { hosts, rollout } = fleet;
  const { canary, batch = Infinity, proofSeconds } = rollout;
  const first = hosts.find(({ name }) => name === canary);
  const after = first === undefined ? [] : [new MonitoredHost(first, { isCanary: true, proofSeconds }).completion];
  // A preview changes nothing, so nothing has to wait.
  const turns = new Turns(pulumi.runtime.isDryRun() ? Infinity : batch);
  for (const host of hosts) {
    if (host === first) continue;
    const { completion } = new MonitoredHost(host, { after, turn: turns.take(), proofSeconds });
    void settled(completion).then(() => turns.give());
  }
}

/** Ends once the engine is done with a resource, whatever has become of it: changed, unchanged, failed or left out. */
async function settled({ urn }: pulumi.Resource): Promise<void> {
  try {
    await (urn as unknown as { promise: () => Promise<unknown> }).promise();
  } catch {
    // Its failure is told elsewhere.
  }
}
