import * as pulumi from "@pulumi/pulumi";

import { checkFleet } from "./checks";
import { MonitoredHost } from "./monitored-host";
import type { FleetSettings } from "../settings";
import { Semaphore } from "./semaphore";
import { logWarnings } from "./warnings";

/**
 * Creates the resources of all hosts of a stack. The hosts are independent of each other. If there is a canary, the other
 * hosts wait for it; `batch` limits how many of the others change at the same time.
 * @throws SettingsError if a host's settings are inconsistent, before anything is changed.
 */
export function watchFleet(fleet: FleetSettings): void {
  checkFleet(fleet);
  logWarnings(fleet);
  const { hosts, rollout } = fleet;
  const { canary, batch = Infinity, proofSeconds } = rollout;
  const first = hosts.find(({ name }) => name === canary);
  const after = first === undefined ? [] : [new MonitoredHost(first, { isCanary: true, proofSeconds }).completion];
  // A preview changes nothing, so nothing has to wait.
  const turns = new Semaphore(pulumi.runtime.isDryRun() ? Infinity : batch);
  for (const host of hosts) {
    if (host === first) continue;
    const { completion } = new MonitoredHost(host, { after, turn: turns.acquire(), proofSeconds });
    void settled(completion).then(() => turns.release());
  }
}

/** Resolves once the engine is done with a resource: changed, unchanged, failed or skipped. */
async function settled({ urn }: pulumi.Resource): Promise<void> {
  try {
    await (urn as unknown as { promise: () => Promise<unknown> }).promise();
  } catch {
    // The engine reports the failure itself.
  }
}
