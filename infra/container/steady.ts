import { hostValues } from "../host";
import type { HostScript } from "../shell";

/** Seconds that new containers are looked at: Docker tries again after 0.1 s, 0.2 s, 0.4 s and so on. */
export const steadySeconds = 3;

/**
 * Fails, in a host's name, where one of its containers does not stay.
 * @param seconds how long they are looked at. Default: 3.
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
