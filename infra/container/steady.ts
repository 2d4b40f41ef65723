import { hostValues } from "../host";
import type { HostScript } from "../shell";

/**
 * How long new containers are watched, in seconds. Docker restarts a failing container after 0.1 s, 0.2 s, 0.4 s and so on.
 */
export const steadySeconds = 3;

/**
 * Fails, with the host's name, if one of the containers does not keep running.
 * @param ids of the containers.
 * @param seconds how long the containers are watched. Default: 3.
 */
export function steadyScript(
  host: { readonly name: string; readonly address: string },
  ids: readonly string[],
  seconds = steadySeconds,
): HostScript {
  return {
    files: ["fail", "harmless", "steady"],
    values: hostValues(host),
    calls: [["must_be_steady", String(seconds), ...ids]],
  };
}
