import * as pulumi from "@pulumi/pulumi";

import { agentWarnings } from "../agent";
import { canProve } from "./proof";
import type { FleetSettings } from "../settings";

/** Warnings about settings that work but have a risk or a cost. Each one is listed once, with all its hosts. */
export function fleetWarnings({ hosts }: FleetSettings): string[] {
  const found = new Map<string, string[]>();
  for (const host of hosts) {
    for (const warning of agentWarnings(host)) found.set(warning, [...(found.get(warning) ?? []), host.name]);
  }
  return [...found].map(([warning, names]) => `${names.length > 1 ? "Hosts" : "Host"} ${names.join(", ")}: ${warning}`);
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
