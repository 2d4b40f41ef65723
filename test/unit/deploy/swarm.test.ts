import { expect, test } from "vitest";

import type { EngineEvent } from "../../../tools/deploy/engine-events";
import { swarmFailure } from "../../../tools/deploy/swarm";

const failed = (
  message: string,
  urn = "urn:pulumi:s::p::datadog-hosts:index:WatchedSwarm$x::swarm-agent",
): EngineEvent => ({
  diagnosticEvent: { urn, message, severity: "error" },
});

test.each([
  [
    "a script's own words",
    "<{%reset%}>exit status 1\nThe Swarm: a node is gone.\nRun again.",
    "The Swarm: a node is gone.\nRun again.",
  ],
  [
    "what the provider says",
    "Error creating service: no such image",
    "The Swarm: Error creating service: no such image",
  ],
  [
    "a container that takes all of its time to end",
    `error on wait for container with ID '${"ab".repeat(32)}': context deadline exceeded`,
    "The Swarm: a service is removed, but its container abababababab on a manager took all of its time to end. Run again.",
  ],
])("the failure of a Swarm is %s", (_, message, told) => {
  expect(swarmFailure([failed("of a host", "urn:pulumi:s::p::MonitoredHost::web-1"), failed(message)])).toBe(told);
});

test("a run without an error has no failure of a Swarm", () => {
  expect(
    swarmFailure([{ diagnosticEvent: { urn: "WatchedSwarm", message: "told", severity: "info" } }]),
  ).toBeUndefined();
});
