import * as pulumi from "@pulumi/pulumi";

import { agentWarnings } from "../agent";
import { generatorWarnings } from "../generator";
import { canProve } from "./proof";
import { siteRemarks, type FleetSettings, type HostSettings } from "../settings";

/** Warnings about settings that work but have a risk or a cost. Each one is listed once, with all its hosts. */
export function fleetWarnings({ hosts, swarm }: FleetSettings): string[] {
  const found = new Map<string, string[]>();
  for (const host of swarm === undefined ? hosts : [swarm.node]) {
    for (const warning of [
      ...rootWarnings(host),
      ...siteRemarks(host),
      ...agentWarnings(host),
      ...generatorWarnings(host),
    ])
      found.set(warning, [...(found.get(warning) ?? []), host.name]);
  }
  const place = (names: readonly string[]): string =>
    swarm === undefined ? `${names.length > 1 ? "Hosts" : "Host"} ${names.join(", ")}` : "Each node of the Swarm";
  return [...found].map(([warning, names]) => `${place(names)}: ${warning}`);
}

/** A root folder that systems empty at boot, or from which they remove old files. */
function rootWarnings({ root }: HostSettings): string[] {
  return /^\/(var\/)?tmp(\/|$)/.test(root)
    ? [`the folder ${root} (root) is in one that the system empties; then nothing is monitored. Choose another one.`]
    : [];
}

/** Logs the warnings in each preview and update. */
export function logWarnings(fleet: FleetSettings): void {
  for (const warning of fleetWarnings(fleet)) void pulumi.log.warn(warning);
  if (fleet.rollout.proofSeconds !== undefined && !canProve() && !pulumi.runtime.isDryRun()) {
    void pulumi.log.warn(
      "rollout.proof has no effect in a plain `pulumi up`: no host has to prove anything, and none goes back. Use make up.",
    );
  }
}
