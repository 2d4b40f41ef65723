import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import { generationOf } from "../generations";
import { hostCommand } from "../host";
import { containerNames } from "../names";
import type { MonitoredHost } from "./monitored-host";
import type { HostSettings } from "../settings";
import { harmlessWords, healthyFunction } from "../container";

/** How long the canary's agent may take to be healthy and to collect, in seconds: several rounds of its health check. */
const deadlineSeconds = 180;

/**
 * Holds back the other hosts until the canary's agent is healthy and collects. Looks again whenever one of the canary's
 * containers is made anew; fails with the agent's own words, and the other hosts are left as they are.
 */
export function createCanaryGate(host: HostSettings, canary: MonitoredHost): command.remote.Command {
  const lines = pulumi.all([...canary.containerIds]).apply((ids) => gateLines(host, ids));
  return hostCommand(
    `${host.name}-canary-gate`,
    host,
    { create: lines },
    { parent: canary, dependsOn: [...canary.containers] },
  );
}

/**
 * Shell lines of the gate. An agent that ends again and again, or that Docker calls unhealthy, fails at once.
 * @param seconds how long it waits for the rest. Default: 180.
 */
export function gateLines(host: HostSettings, containerIds: readonly string[], seconds = deadlineSeconds): string[] {
  const { agent } = containerNames;
  return [
    `# Containers: ${containerIds.join(" ")}`,
    ...healthyFunction(),
    "fail() {",
    `  echo "Host ${host.name} (${host.address}): the canary failed, and the other hosts were left as they are: $reason" >&2`,
    "  exit 1",
    "}",
    `collects() { docker exec ${agent} ${generationOf(host).collectsTest} >/dev/null 2>&1; }`,
    `deadline=$(($(date +%s) + ${seconds}))`,
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
