import { steadySeconds } from "../container";
import { generationOf } from "../generations";
import { hostValues } from "../host";
import { containerNames } from "../names";
import type { HostSettings } from "../settings";
import { type HostScript, readShell } from "../shell";

/** Time limit for the canary's agent to become healthy and to collect, in seconds. It allows several health checks. */
const deadlineSeconds = 180;

/**
 * Succeeds once the canary's containers keep running and its agent is healthy and collects; the other hosts wait for that.
 * Fails at once if a container keeps restarting or the agent is unhealthy, and shows the container's last output.
 * @param seconds how long the containers are watched (`steady`, default 3), and the time limit for the agent (`deadline`,
 *   default 180).
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
