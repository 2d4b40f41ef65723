import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import { leftoversScript, steadyScript } from "../container";
import { generationOf } from "../generations";
import { hostCommand } from "../host";
import { containerNames } from "../names";
import type { HostSettings } from "../settings";
import { type Call, type HostScript, inOneScript } from "../shell";

/** What may go from a host, and what has to stay up before it does. */
export interface CleanupArgs {
  /** Ids of the host's containers. */
  readonly containers: readonly pulumi.Input<string>[];
  /** Absolute paths of folders that are in use; what stands beside them goes. */
  readonly inUse: readonly pulumi.Input<string>[];
  /** Absolute paths of configs that the stack no longer lists. */
  readonly unlisted: readonly string[];
}

/**
 * Takes away what earlier settings left on a host, when the containers don't use it any more. Fails, with the last words of
 * a container that ends again and again, and leaves everything as it is.
 */
export function createCleanup(
  host: HostSettings,
  { containers, inUse, unlisted }: CleanupArgs,
  options: pulumi.CustomResourceOptions,
): command.remote.Command {
  const create = pulumi
    .all([pulumi.all([...inUse]), pulumi.all([...containers])])
    .apply(([paths, ids]) =>
      inOneScript(
        steadyScript(host, ids),
        leftoversScript(host, ids),
        cleanupScript(paths),
        unlistedScript(unlisted, generationOf(host).reloadSignal),
      ),
    );
  return hostCommand(`${host.name}-cleanup`, host, { create }, options);
}

/** Removes the siblings of some paths; exported for its tests. */
export function cleanupScript(inUse: readonly string[]): HostScript {
  const parents = new Map<string, string[]>();
  for (const path of inUse) {
    const slash = path.lastIndexOf("/");
    const parent = path.slice(0, slash);
    parents.set(parent, [...(parents.get(parent) ?? []), path.slice(slash + 1)]);
  }
  return { files: ["cleanup"], calls: [...parents].map(([parent, names]): Call => ["keep_only", parent, ...names]) };
}

/**
 * Removes configs that the stack no longer lists. An agent that does not look for itself is told, also where an earlier run
 * was cut off in between. Exported for its tests.
 * @param paths absolute paths of files, and of folders of configs.
 * @param signal what makes the agent read its configs again; undefined where it looks for itself.
 */
export function unlistedScript(paths: readonly string[], signal: number | undefined): HostScript {
  const files = paths.filter((path) => path.endsWith(".yaml"));
  const folders = paths.filter((path) => !path.endsWith(".yaml"));
  return {
    files: ["cleanup"],
    calls: [
      ["rm", "-rf", ...folders],
      ["unlist", ...files],
      ...(signal === undefined ? [] : [["tell_of_unlisted", String(signal), containerNames.agent, ...files] as Call]),
      ["forget_unlisted", ...files],
    ],
  };
}
