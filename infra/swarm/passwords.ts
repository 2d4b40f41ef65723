import * as pulumi from "@pulumi/pulumi";

import { generatorPaths } from "../rendering";
import type { SwarmSettings } from "../settings";
import { findIds } from "./known-ids";
import type { MountedObject } from "./objects";
import type { SwarmPlacement } from "./placement";

/**
 * The secrets of the Swarm that hold passwords of containers, as the generator mounts them. Users create them, so that no
 * password is in a stack's file or state.
 */
export function findPasswordSecrets(
  swarm: SwarmSettings,
  placement: Pick<SwarmPlacement, "parent" | "dependsOn">,
): MountedObject[] {
  const { passwordSecrets } = swarm;
  if (passwordSecrets.length === 0) return [];
  const names = [...new Set(passwordSecrets.map(({ secret }) => secret))];
  const ids = findIds(
    swarm,
    { resource: "swarm-password-secrets", script: ["swarm-secrets", "secret_ids"], names },
    placement,
  );
  return passwordSecrets.map(({ name, secret }) => ({
    id: ids.apply((all) => all[names.indexOf(secret)] ?? ""),
    name: pulumi.output(secret),
    target: `${generatorPaths.passwords}/${name}`,
  }));
}
