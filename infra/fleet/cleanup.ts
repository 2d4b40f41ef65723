import { containerNames } from "../names";
import type { Call, HostScript } from "../shell";

/** Removes the siblings of some paths. */
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
 * Removes configs that the stack no longer lists. An agent that does not poll gets a signal, even if an earlier run was cut off
 * in between.
 * @param paths absolute paths of files, and of folders of configs.
 * @param signal makes the agent read its configs again; undefined if it polls.
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
