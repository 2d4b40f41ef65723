import * as pulumi from "@pulumi/pulumi";

import { checkFleet } from "./checks";
import { MonitoredHost } from "./monitored-host";
import type { FleetSettings, HostSettings } from "../settings";
import { Semaphore } from "./semaphore";
import { logWarnings } from "./warnings";

/**
 * How many hosts behind the same jump host change at the same time, unless the settings say how many. Each has up to three
 * connections, and sshd drops connections once ten clients are logging in.
 */
const mostBehindJumpHost = 4;

/**
 * Creates the resources of all hosts of a stack. The hosts are independent of each other. If there is a canary, the other
 * hosts wait for it; `batch` limits how many of the others change at the same time. Without `batch`, hosts behind a jump host
 * are limited all the same.
 * @throws SettingsError if a host's settings are inconsistent, before anything is changed.
 */
export function watchFleet(fleet: FleetSettings): void {
  checkFleet(fleet);
  logWarnings(fleet);
  const { hosts, rollout } = fleet;
  const { canary, proofSeconds } = rollout;
  const first = hosts.find(({ name }) => name === canary);
  const after = first === undefined ? [] : [new MonitoredHost(first, { isCanary: true, proofSeconds }).completion];
  const turnsOf = turnsByHost(rollout.batch);
  for (const host of hosts) {
    if (host === first) continue;
    const turns = turnsOf(host);
    const { completion } = new MonitoredHost(host, { after, turn: turns.acquire(), proofSeconds });
    void settled(completion).then(() => turns.release());
  }
}

/** The semaphore of each host: one for all, or without `batch` one for each jump host. */
function turnsByHost(batch: number | undefined): (host: Pick<HostSettings, "jump">) => Semaphore {
  const semaphores = new Map<string, Semaphore>();
  return ({ jump }) => {
    const way = batch === undefined && jump !== undefined ? `${jump.address}:${jump.port ?? ""}` : "";
    const most = batch ?? (way === "" ? Infinity : mostBehindJumpHost);
    // A preview changes nothing, so nothing has to wait.
    const semaphore = semaphores.get(way) ?? new Semaphore(pulumi.runtime.isDryRun() ? Infinity : most);
    semaphores.set(way, semaphore);
    return semaphore;
  };
}

/** Resolves once the engine is done with a resource: changed, unchanged, failed or skipped. */
async function settled({ urn }: pulumi.Resource): Promise<void> {
  try {
    await (urn as unknown as { promise: () => Promise<unknown> }).promise();
  } catch {
    // The engine reports the failure itself.
  }
}
