import { steadyArguments, type WatchedContainers } from "../container";
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
 * @param deadline the time limit for the agent, in seconds. Default: 180.
 */
export function gateScript(host: HostSettings, containers: WatchedContainers, deadline = deadlineSeconds): HostScript {
  const collects = readShell(`agent-${generationOf(host).number}-collects`);
  const { files = [], values, arguments: watched } = steadyArguments(containers);
  return {
    files: ["fail", ...files, "healthy", "canary-gate"],
    values: { ...hostValues(host), ...values, agent: containerNames.agent },
    calls: [["gate", String(deadline), collects, ...watched]],
  };
}
