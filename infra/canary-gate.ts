import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

import { generationOf } from "./generations";
import { hostCommand } from "./host-commands";
import { containerNames } from "./labels";
import type { MonitoredHost } from "./monitored-host";
import type { HostSettings } from "./settings/hosts";

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

/** Shell lines of the gate; exported for their tests. */
export function gateLines(host: HostSettings, containerIds: readonly string[], seconds = deadlineSeconds): string[] {
  const { agent } = containerNames;
  return [
    `# Containers: ${containerIds.join(" ")}`,
    `healthy() { [ "$(docker inspect --format '{{.State.Health.Status}}' ${agent} 2>/dev/null)" = healthy ]; }`,
    `collects() { docker exec ${agent} ${generationOf(host).collectsTest}; }`,
    `end=$(($(date +%s) + ${seconds}))`,
    `until healthy && collects >/dev/null 2>&1; do`,
    `  if [ "$(date +%s)" -ge $end ]; then`,
    `    if healthy; then problem="is healthy but collects nothing"; else problem="is not healthy"; fi`,
    `    echo "Host ${host.name} (${host.address}): the canary's agent $problem after ${seconds} s. The other hosts were left as they are. The agent's last words:" >&2`,
    `    docker logs --tail 15 ${agent} >&2`,
    `    exit 1`,
    `  fi`,
    `  sleep 2`,
    `done`,
  ];
}
