import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import { generationOf } from "../generations";
import { steadySeconds } from "../container";
import { hostCommand, hostValues } from "../host";
import { containerNames } from "../names";
import type { HostSettings } from "../settings";
import { type HostScript, readShell } from "../shell";

/** How long the canary's agent may take to be healthy and to collect, in seconds: several rounds of its health check. */
const deadlineSeconds = 180;

/**
 * Holds back the other hosts until the canary's containers stay up and its agent is healthy and collects. Looks again whenever one of the canary's
 * containers is made anew; fails with the agent's own words, and the other hosts are left as they are.
 */
export function createCanaryGate(
  host: HostSettings,
  containerIds: readonly pulumi.Input<string>[],
  options: pulumi.CustomResourceOptions,
): command.remote.Command {
  const create = pulumi.all([...containerIds]).apply((ids) => gateScript(host, ids));
  return hostCommand(`${host.name}-canary-gate`, host, { create }, options);
}

/**
 * Looks at the canary's containers. One that ends again and again, or an agent that Docker calls unhealthy, fails at once.
 * @param seconds how long they are looked at, and how long the rest may take. Default: 3 and 180.
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
