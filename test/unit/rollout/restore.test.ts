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

test("the stack's outputs say of a host what they said before, and of others what they say now", () => {
  const withHosts = (...hosts: object[]): StackState =>
    stateOf({ ...stack, outputs: { hosts, swarm: 1 } }, resource("web-1"));
  const earlier = withHosts({ name: "web-1", root: "/a" }, { name: "web-2", root: "/a" });
  const later = withHosts({ name: "front-1", root: "/b" }, { name: "web-2", root: "/b" });
  const { deployment } = restoreHostResources(later, earlier, ["front-1", "web-1"]);
  expect(deployment.resources?.[0]?.outputs).toEqual({
    hosts: [
      { name: "web-1", root: "/a" },
      { name: "web-2", root: "/b" },
    ],
    swarm: 1,
  });
});

test("files in another folder, which may hold the API key, are still to be deleted, and those deleted already are not", () => {
  const command = (name: string, id: string, more: Partial<StateResource> = {}): StateResource =>
    resource(name, { type: "command:remote:Command", id, inputs: { delete: "sh -s delete" }, ...more });
  const earlier = stateOf(
    stack,
    resource("web-1"),
    command("web-1-api-key", "k1"),
    command("web-1-preflight", "p1", { inputs: {} }),
    command("web-1-api-key", "k0", { delete: true }),
  );
  const later = stateOf(
    stack,
    resource("web-1"),
    command("web-1-api-key", "k2"),
    command("web-1-preflight", "p2", { inputs: {} }),
    command("web-1-api-key", "k1", { delete: true }),
  );
  expect(namesIn(restoreHostResources(later, earlier, ["web-1"]))).toEqual([
    "s",
    "web-1",
    "web-1-api-key k1",
    "web-1-preflight p1",
    "web-1-api-key k2 old",
  ]);
});
