import { containerNames, logConfigsFolder } from "../names";
import type { Call, HostScript } from "../shell";

/**
 * Removes everything that lies next to the paths in use.
 * @param inUse absolute paths of folders that stay.
 */
export function cleanupScript(inUse: readonly string[]): HostScript {
  const parents = new Map<string, string[]>();
  for (const path of inUse) {
    const slash = path.lastIndexOf("/");
    const parent = path.slice(0, slash);
    parents.set(parent, [...(parents.get(parent) ?? []), path.slice(slash + 1)]);
  }
  return { files: ["cleanup"], calls: [...parents].map(([parent, names]): Call => ["keep_only", parent, ...names]) };
}

/** The configs of a host, of which some may be left from earlier settings. */
export interface LeftConfigs {
  /** Absolute path of their folder. */
  readonly folder: string;
  /** What is there by the settings: names of files and folders. The configs of logs, which no check has, stay in any case. */
  readonly listed: readonly string[];
  /** Absolute paths of config files and folders of config files that may be left. */
  readonly unlisted: readonly string[];
}

/**
 * Removes configs of integrations that the stack does not list, and those that the generator wrote for checks that are not
 * known any more. An agent that does not poll its files gets a signal, even if an earlier run was interrupted before it sent
 * one.
 * @param signal number of the signal that makes the agent reload its configs; undefined if it polls.
 */
export function removeUnlistedScript(
  { folder, listed, unlisted }: LeftConfigs,
  signal: number | undefined,
): HostScript {
  const files = unlisted.filter((path) => path.endsWith(".yaml"));
  const folders = unlisted.filter((path) => !path.endsWith(".yaml"));
  return {
    files: ["cleanup"],
    calls: [
      ["rm", "-rf", ...folders],
      ["unlist", ...files],
      ...(signal === undefined ? [] : [["tell_of_unlisted", String(signal), containerNames.agent, ...files] as Call]),
      ["forget_unlisted", ...files],
      [
        "remove_orphans",
        signal === undefined ? "" : String(signal),
        containerNames.agent,
        folder,
        logConfigsFolder,
        ...listed,
      ],
    ],
  };
}
