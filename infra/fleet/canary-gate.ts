import { steadySeconds } from "../container";
import { generationOf } from "../generations";
import { hostValues } from "../host";
import { containerNames } from "../names";
import type { HostSettings } from "../settings";
import { type HostScript, readShell } from "../shell";

/** How long the canary's agent may take to be healthy and to collect, in seconds: several rounds of its health check. */
const deadlineSeconds = 180;

/**
 * Holds back the other hosts until the canary's containers stay up and its agent is healthy and collects. A container that
 * keeps restarting and an unhealthy agent fail at once, with the container's last output.
 * @param seconds how long the containers are watched, and how long the rest may take. Default: 3 and 180.
 */
export function gateScript(
  host: HostSettings,
  containerIds: readonly string[],
  seconds = { steady: steadySeconds, deadline: deadlineSeconds },
): HostScript {
  const collects = readShell(`agent-${generationOf(host).number}-collects`);
  return {
    files: ["fail", "harmless", "steady", "healthy", "canary-gate"],
    values: { ...hostValues(host), agent: containerNames.agent },
    calls: [["gate", String(seconds.deadline), collects, String(seconds.steady), ...containerIds]],
  };
}
