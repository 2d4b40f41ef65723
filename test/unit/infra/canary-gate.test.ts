import { expect, test } from "vitest";

import { gateScript } from "../../../infra/fleet/canary-gate";
import type { HostSettings } from "../../../infra/settings";
import { readSettings } from "../../../infra/settings/read";
import { useStack } from "../../golden/graph";
import { smallestConfig } from "./fixtures";
import { type Outcome, runScript } from "./run-script";

function settings(generation: 5 | 7): HostSettings {
  useStack({ stack: "store-staging", config: { ...smallestConfig, agent: { generation } } });
  const [host] = readSettings().hosts;
  if (host === undefined) throw new Error("the settings name no host");
  return host;
}

/**
 * Runs the gate without waiting times, with a `docker` that gives these answers.
 * @param health of the agent.
 * @param said output of the agent's own commands. The script that calls them runs in this machine's shell.
 */
function gate(health: string, said: string, generation: 5 | 7 = 7): Outcome {
  const docker = [
    "*.State.Status*) printf '%s running 0 2026-01-01T00:00:00Z\\n' aa bb ;;",
    `*RestartCount*) echo '${health}' ;;`,
    "*.Health.Log*) ;;",
    "logs*) echo 'last words' ;;",
    "exec*)",
    `  printf '%s' '${said}' >"$HERE/said"`,
    `  printf '#!/bin/sh\\ncat "$HERE/said"\\n' | tee "$HERE/agent" >"$HERE/service"`,
    '  chmod +x "$HERE/agent" "$HERE/service"',
    "  shift 2",
    '  exec "$@" ;;',
  ];
  return runScript(
    gateScript(settings(generation), { ids: { agent: "aa", generator: "bb" }, published: "/p" }, 0),
    docker.join("\n"),
  );
}

test.each([
  [7, '{"TotalMetricSamples": 3}'],
  [7, '{"TotalMetricSamples":12}'],
  [5, "- instance #0 [OK]\n- Collected 3 metrics"],
] as const)("an agent of generation %i that says %s lets the others go on", (generation, said) => {
  expect(gate("0 healthy", said, generation)).toMatchObject({ status: 0, stderr: "" });
});

test.each([
  ["is unhealthy", "0 unhealthy", '{"TotalMetricSamples": 3}', 7, "the new dd-agent is unhealthy"],
  [
    "has collected nothing",
    "0 healthy",
    '{"TotalMetricSamples": 0}',
    7,
    "the new dd-agent is healthy but has collected nothing in 0 s",
  ],
  [
    "has collected nothing yet",
    "0 healthy",
    "- instance #0 [OK]\n- Collected 0 metrics",
    5,
    "the new dd-agent is healthy but",
  ],
  [
    "has a check that failed",
    "0 healthy",
    "- instance #0 [ERROR]\n- Collected 3 metrics",
    5,
    "the new dd-agent is healthy but",
  ],
] as const)("an agent that %s holds them back, with its last words", (_, health, said, generation, problem) => {
  const { status, stderr } = gate(health, said, generation);
  expect(status).toBe(1);
  expect(stderr).toContain(
    `Host web-1 (192.0.2.10): the canary failed, so the other hosts were not changed: ${problem}`,
  );
  expect(stderr).toMatch(/Its last output:\n {2}last words\n$/);
});
