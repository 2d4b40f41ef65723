import type * as pulumi from "@pulumi/pulumi";

import { managerCommand } from "./managers";
import type { SwarmPlacement } from "./placement";
import type { SwarmSettings } from "../settings";

/** What is looked up in a Swarm by its name. */
export interface LookUp {
  /** Name of the resource that keeps the ids in the state. */
  readonly resource: string;
  /** File under `templates/host`, without `.sh`, and its function that prints the ids of names, a line for each. */
  readonly script: readonly [file: string, command: string];
  readonly names: readonly string[];
}

/**
 * Asks a manager for the ids of what exists already, in the order of the names. A preview makes no connections: it knows them
 * from the state. They are asked for again only if other names are listed, because new ids replace a service.
 */
export function findIds(
  swarm: SwarmSettings,
  { resource, script: [file, command], names }: LookUp,
  { parent, dependsOn }: Pick<SwarmPlacement, "parent" | "dependsOn">,
): pulumi.Output<string[]> {
  const found = managerCommand(
    resource,
    swarm,
    { create: { files: [file], calls: [[command, ...names]] }, triggers: [...names] },
    { parent, dependsOn: [...dependsOn], ignoreChanges: ["create", "stdin"] },
  );
  return found.stdout.apply((text) => text.split("\n").filter((line) => line !== ""));
}
