import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import { generationOf } from "../generations";
import { hostCommand } from "../host";
import { containerNames } from "../names";
import type { HostSettings } from "../settings";
import { harmlessWords, healthyFunction, steadyFunction } from "../container";

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
  const lines = pulumi.all([...containerIds]).apply((ids) => gateLines(host, ids));
  return hostCommand(`${host.name}-canary-gate`, host, { create: lines }, options);
}

/**
 * Shell lines of the gate. A container that ends again and again, or an agent that Docker calls unhealthy, fails at once.
 * @param seconds how long it waits for the rest. Default: 180.
 */
export function gateLines(host: HostSettings, containerIds: readonly string[], seconds = deadlineSeconds): string[] {
  const { agent } = containerNames;
  return [
    ...steadyFunction(),
    ...healthyFunction(),
    "fail() {",
    `  echo "Host ${host.name} (${host.address}): the canary failed, and the other hosts were left as they are: $reason" >&2`,
    "  exit 1",
    "}",
    `collects() { docker exec ${agent} ${generationOf(host).collectsTest} >/dev/null 2>&1; }`,
    `deadline=$(($(date +%s) + ${seconds}))`,
    `steady ${containerIds.join(" ")} || fail`,
    `healthy ${agent} ${agent} || fail`,
    `until collects; do`,
    `  if [ "$(date +%s)" -ge "$deadline" ]; then`,
    `    reason="the new ${agent} is healthy but has collected nothing in ${seconds} s. The last that it said:`,
    `$(docker logs --tail 15 ${agent} 2>&1 | ${harmlessWords})"`,
    "    fail",
    "  fi",
    "  sleep 2",
    "done",
  ];
}
