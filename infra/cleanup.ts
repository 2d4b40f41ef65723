import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import { hostCommand } from "./host-commands";
import { quote } from "./host-script";
import type { HostSettings } from "./settings/hosts";

/**
 * Takes away what earlier settings left on a host, when the containers don't use it any more: every folder
 * beside those that are in use.
 * @param inUse absolute paths; their siblings go.
 */
export function createCleanup(
  host: HostSettings,
  inUse: readonly pulumi.Input<string>[],
  options: pulumi.CustomResourceOptions,
): command.remote.Command {
  return hostCommand(`${host.name}-cleanup`, host, { create: pulumi.all([...inUse]).apply(cleanupLines) }, options);
}

/** Shell lines that remove the siblings of some paths; exported for its tests. */
export function cleanupLines(inUse: readonly string[]): string[] {
  const parents = new Map<string, string[]>();
  for (const path of inUse) {
    const slash = path.lastIndexOf("/");
    const parent = path.slice(0, slash);
    parents.set(parent, [...(parents.get(parent) ?? []), path.slice(slash + 1)]);
  }
  return [...parents].flatMap(([parent, names]) => [
    `cd ${quote(parent)}`,
    `for entry in *; do case $entry in ${names.map(quote).join("|")}) ;; *) rm -rf "$entry" ;; esac; done`,
  ]);
}
