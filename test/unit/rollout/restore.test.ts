import { expect, test } from "vitest";

import { restoreHostResources } from "../../../tools/rollout/restore";
import type { StackState, StateResource } from "../../../tools/deploy/state";

const urn = (name: string): string =>
  /-/.test(name.replace(/^web-\d/, ""))
    ? `urn:pulumi:s::p::datadog-hosts:index:MonitoredHost$x::${name}`
    : `urn:pulumi:s::p::datadog-hosts:index:MonitoredHost::${name}`;

const resource = (name: string, more: Partial<StateResource> = {}): StateResource => ({
  urn: urn(name),
  type: "x",
  ...(/^web-\d-/.test(name) && { parent: urn(name.slice(0, 5)) }),
  ...more,
});

const stack: StateResource = { urn: "urn:pulumi:s::p::pulumi:pulumi:Stack::s", type: "pulumi:pulumi:Stack" };
const stateOf = (...resources: StateResource[]): StackState => ({ deployment: { resources } });
const namesIn = ({ deployment: { resources = [] } }: StackState): string[] =>
  resources.map(({ urn, id = "", delete: old }) =>
    `${urn.split("::").pop() ?? ""} ${id}${old === true ? " old" : ""}`.trim(),
  );

const before = stateOf(
  stack,
  resource("web-1"),
  resource("web-1-agent", { id: "a1" }),
  resource("web-1-cleanup", { dependencies: [urn("web-1-agent")] }),
  resource("web-2"),
  resource("web-2-preflight", { dependencies: [urn("web-1-cleanup")] }),
  resource("web-2-agent", { id: "b1", dependencies: [urn("web-2-preflight")] }),
);
const after = stateOf(
  stack,
  resource("web-1"),
  resource("web-2"),
  resource("web-1-agent", { id: "a2" }),
  resource("web-1-cleanup", { dependencies: [urn("web-1-agent")] }),
  resource("web-2-preflight", { dependencies: [urn("web-1-cleanup")] }),
  resource("web-2-agent", { id: "b2", dependencies: [urn("web-2-preflight")] }),
  resource("web-1-agent", { id: "a1", delete: true }),
  resource("web-2-agent", { id: "b1", delete: true }),
);

test("one host's resources are restored, and its replaced container is no longer to be deleted; the others stay", () => {
  expect(namesIn(restoreHostResources(after, before, ["web-1"])).sort()).toEqual(
    [
      "s",
      "web-1",
      "web-1-agent a1",
      "web-1-cleanup",
      "web-2",
      "web-2-agent b1 old",
      "web-2-agent b2",
      "web-2-preflight",
    ].sort(),
  );
});

test("a renamed host has its former name again", () => {
  const renamed = stateOf(stack, resource("web-3"), resource("web-3-agent", { id: "a2" }));
  expect(namesIn(restoreHostResources(renamed, before, ["web-3", "web-1"]))).toEqual([
    "s",
    "web-1",
    "web-1-agent a1",
    "web-1-cleanup",
  ]);
});

test.each(["web-1", "web-2"])("each resource follows its dependencies: %s", (host) => {
  const { deployment } = restoreHostResources(after, before, [host]);
  const seen = new Set<string>();
  for (const { urn: own, parent, dependencies = [] } of deployment.resources ?? []) {
    for (const needed of [...dependencies, ...(parent === undefined ? [] : [parent])])
      expect(seen, own).toContain(needed);
    seen.add(own);
  }
});

test("pending operations of a killed run on the host are removed", () => {
  const pending = [{ resource: resource("web-1-agent") }, { resource: resource("web-2-agent") }];
  const state: StackState = { deployment: { ...after.deployment, pending_operations: pending } };
  expect(restoreHostResources(state, before, ["web-1"]).deployment.pending_operations).toEqual([pending[1]]);
});
