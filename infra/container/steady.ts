import { hostValues } from "../host";
import type { ByRole } from "../names";
import type { Call, HostScript } from "../shell";

/**
 * How long a new container has to run before it is accepted, in seconds. Docker restarts a failing container after 0.1 s,
 * 0.2 s, 0.4 s and so on.
 */
const steadySeconds = 3;

/** The containers that {@link steadyScript} watches. */
export interface WatchedContainers {
  /** Their full ids. */
  readonly ids: ByRole<string>;
  /** The file in the generator's container that shows that it has published configs. */
  readonly published: string;
  /** How long each has to run, in seconds. Default: 3. */
  readonly seconds?: number;
}

/**
 * Fails, with the host's name, if one of the containers does not keep running. Each must have run for some seconds since its
 * start; a generator is accepted earlier once it has published configs.
 */
export function steadyScript(
  host: { readonly name: string; readonly address: string },
  containers: WatchedContainers,
): HostScript {
  const { files = [], values, arguments: watched } = steadyArguments(containers);
  return {
    files: ["fail", ...files],
    values: { ...hostValues(host), ...values },
    calls: [["must_be_steady", ...watched] as Call],
  };
}

/** What a script needs that calls `steady` itself: its files and values, and the arguments of the call. */
export function steadyArguments({
  ids,
  published,
  seconds = steadySeconds,
}: WatchedContainers): Pick<HostScript, "files" | "values"> & { readonly arguments: readonly string[] } {
  return {
    files: ["harmless", "steady"],
    values: { published },
    arguments: [
      ...[String(seconds), ids.generator, ids.agent, ids.generator],
      ...(ids.filter === undefined ? [] : [ids.filter]),
    ],
  };
}
