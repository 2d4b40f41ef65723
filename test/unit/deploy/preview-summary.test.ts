import { expect, test } from "vitest";

import { type EngineEvent, readEvents } from "../../../tools/deploy/engine-events";
import { describePreview } from "../../../tools/deploy/preview-summary";

const component = "datadog-hosts:index:MonitoredHost";

/** What the engine writes before each of its steps: the operation, and the resource by its type and name. */
const log = (...steps: readonly (readonly [op: string, name: string])[]): EngineEvent[] =>
  steps.map(([op, name]) => {
    const type = /-\w+$/.test(name.replace(/-\d+$/, "")) ? `${component}$command:remote:Command` : component;
    const urn = `urn:pulumi:shop-staging::datadog-hosts::${type}::${name}`;
    return { resourcePreEvent: { metadata: { op, urn } } };
  });

test("each host has a line with its changes and the containers that restart", () => {
  const text = describePreview(
    log(
      ["create", "web-9"],
      ...["preflight", "files", "generator", "agent"].map((role) => ["create", `web-9-${role}`] as const),
      ["same", "web-2"],
      ["same", "web-2-agent"],
      ["update", "web-1-files"],
      ["replace", "web-1-generator"],
      ["create-replacement", "web-1-generator"],
      ["delete-replaced", "web-1-generator"],
      ["same", "web-1-agent"],
      ["update", "web-1-cleanup"],
      ["update", "web-3-agent"],
      ["delete", "web-4-agent"],
      ["delete", "web-4-generator"],
      ["delete", "web-4"],
    ),
  );
  expect(text.split("\n")).toEqual([
    "Host web-1: replaced: generator; changed: cleanup, files; datadog-gen restarts.",
    "Host web-2: nothing to do.",
    "Host web-3: changed: agent; dd-agent runs on.",
    "Host web-4: removed: agent, generator; dd-agent goes, datadog-gen goes.",
    "Host web-9: created: agent, files, generator, preflight; dd-agent starts, datadog-gen starts.",
  ]);
});

test("a Swarm has one line: each change of a service restarts its tasks", () => {
  const swarm = "urn:pulumi:s::datadog-hosts::datadog-hosts:index:WatchedSwarm";
  const step = (op: string, name: string): EngineEvent => ({ resourcePreEvent: { metadata: { op, urn: name } } });
  const preview = (...steps: EngineEvent[]): string => describePreview([step("same", `${swarm}::swarm`), ...steps]);
  expect(preview()).toBe("The Swarm: nothing to do.");
  expect(preview(step("update", `${swarm}$docker:index/service:Service::swarm-agent`))).toBe(
    "The Swarm: changed: agent; dd-agent restarts.",
  );
});

test("a change without containers says that no container restarts", () => {
  expect(describePreview(log(["update", "web-1-docker"]))).toBe("Host web-1: changed: docker; no container restarts.");
});

test("resources of no host and incomplete lines are ignored", () => {
  const stack = { metadata: { op: "create", urn: "urn:pulumi:s::d::pulumi:pulumi:Stack::d-s" } };
  expect(describePreview(readEvents(`${JSON.stringify({ resourcePreEvent: stack })}\n{"resourcePre`))).toBe("");
});
