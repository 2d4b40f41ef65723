import * as pulumi from "@pulumi/pulumi";

import { agentWarnings } from "../agent";
import { canProve } from "./proof";
import type { FleetSettings } from "../settings";

/** What works as the settings say but has a price, once for all hosts that pay it. */
export function warningsOf({ hosts }: FleetSettings): string[] {
  const found = new Map<string, string[]>();
  for (const host of hosts) {
    for (const warning of agentWarnings(host)) found.set(warning, [...(found.get(warning) ?? []), host.name]);
  }
  return [...found].map(([warning, names]) => `${names.length > 1 ? "Hosts" : "Host"} ${names.join(", ")}: ${warning}`);
}

/** Says so in each preview and update. */
export function warnOf(fleet: FleetSettings): void {
  for (const warning of warningsOf(fleet)) void pulumi.log.warn(warning);
  if (fleet.rollout.proofSeconds !== undefined && !canProve() && !pulumi.runtime.isDryRun()) {
    void pulumi.log.warn(
      "rollout.proof has no effect in a plain `pulumi up`: no host has to prove anything, and none goes back. Use make up.",
    );
  }
}
