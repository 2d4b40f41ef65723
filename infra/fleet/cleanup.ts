import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import { steadyLines } from "../container";
import { generationOf } from "../generations";
import { hostCommand, quote } from "../host";
import { containerNames } from "../names";
import type { HostSettings } from "../settings";

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
  const lines = pulumi
    .all([pulumi.all([...inUse]), pulumi.all([...containers])])
    .apply(([paths, ids]) => [
      ...steadyLines(host, ids),
      ...cleanupLines(paths),
      ...unlistedLines(unlisted, generationOf(host).reloadSignal),
    ]);
  return hostCommand(`${host.name}-cleanup`, host, { create: lines }, options);
}

/**
 * Shell lines that remove configs which the stack no longer lists. An agent that does not look for itself is told, also
 * where an earlier run was cut off in between. Exported for its tests.
 * @param paths absolute paths of files, and of folders of configs.
 * @param signal what makes the agent read its configs again; undefined where it looks for itself.
 */
export function unlistedLines(paths: readonly string[], signal: number | undefined): string[] {
  const folders = paths.filter((path) => !path.endsWith(".yaml"));
  const files = paths.filter((path) => path.endsWith(".yaml"));
  const gone = (path: string): string => quote(`${path}.gone`);
  return [
    ...folders.map((path) => `rm -rf ${quote(path)}`),
    ...files.map((path) => `if [ -e ${quote(path)} ]; then mv -f ${quote(path)} ${gone(path)}; fi`),
    ...(signal === undefined || files.length === 0
      ? []
      : [
          `if ls ${files.map(gone).join(" ")} 2>/dev/null | grep -q .; then`,
          `  docker kill --signal ${signal} ${containerNames.agent} >/dev/null`,
          "fi",
        ]),
    ...files.map((path) => `rm -f ${gone(path)}`),
  ];
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
