import * as pulumi from "@pulumi/pulumi";

import { generatorPaths } from "../rendering";
import type { SwarmSettings } from "../settings";
import { managerCommand } from "./managers";
import type { MountedObject } from "./objects";
import type { SwarmPlacement } from "./placement";

/**
 * The secrets of the Swarm that hold passwords of containers, as the generator mounts them. Users create them, so that no
 * password is in a stack's file or state.
 *
 * A preview, which connects to nobody, knows their ids from the state. They are asked for again if other secrets are listed.
 */
export function findPasswordSecrets(
  swarm: SwarmSettings,
  { parent, dependsOn }: Pick<SwarmPlacement, "parent" | "dependsOn">,
): MountedObject[] {
  const { passwordSecrets } = swarm;
  if (passwordSecrets.length === 0) return [];
  const secrets = [...new Set(passwordSecrets.map(({ secret }) => secret))];
  const found = managerCommand(
    "swarm-password-secrets",
    swarm,
    { create: { files: ["swarm-secrets"], calls: [["secret_ids", ...secrets]] }, triggers: secrets },
    { parent, dependsOn: [...dependsOn], ignoreChanges: ["create", "stdin"] },
  );
  return passwordSecrets.map(({ name, secret }) => ({
    id: found.stdout.apply((text) => text.split("\n")[secrets.indexOf(secret)] ?? ""),
    name: pulumi.output(secret),
    target: `${generatorPaths.passwords}/${name}`,
  }));
}
