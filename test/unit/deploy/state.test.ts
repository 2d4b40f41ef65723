import { describe, expect, test } from "vitest";

import { withoutHost, type StackState, type StateResource } from "../../../tools/deploy/state";

const urn = (path: string, name: string): string => `urn:pulumi:shop::datadog-hosts::${path}::${name}`;
const component = "datadog-hosts:index:MonitoredHost";

function hostResources(name: string, waitsFor: readonly string[] = []): StateResource[] {
  const host = urn(component, name);
  const preflight = urn(`${component}$command:remote:Command`, `${name}-preflight`);
  return [
    { urn: host, type: component },
    { urn: preflight, type: "command:remote:Command", parent: host, dependencies: waitsFor },
    {
      urn: urn(`${component}$docker:index/container:Container`, `${name}-agent`),
      type: "docker:index/container:Container",
      parent: host,
      dependencies: [preflight],
      propertyDependencies: { image: [], envs: [preflight] },
    },
  ];
}

const last = urn(`${component}$command:remote:Command`, "web-1-cleanup");

const state = {
  version: 3,
  deployment: {
    resources: [
      ...hostResources("web-1"),
      { urn: last, type: "command:remote:Command", parent: urn(component, "web-1") },
      ...hostResources("web-10", [last]),
    ],
    pending_operations: [...hostResources("web-1").slice(2), ...hostResources("web-10").slice(2)].map((resource) => ({
      resource,
      type: "creating",
    })),
  },
};

const names = (resources: readonly StateResource[] = []): (string | undefined)[] =>
  resources.map((resource) => resource.urn.split("::").pop());

describe("a state without one host", () => {
  test("keeps all other hosts, although they depend on the removed one", () => {
    const { version, deployment } = withoutHost(state, "web-1");
    expect(version).toBe(3);
    expect(deployment.resources).toEqual(hostResources("web-10"));
    expect(names(deployment.pending_operations.map(({ resource }) => resource))).toEqual(["web-10-agent"]);
  });

  test("keeps resources that depend on other hosts", () => {
    const { deployment } = withoutHost(state, "web-10");
    expect(deployment.resources).toEqual(state.deployment.resources.slice(0, 4));
  });

  test("refuses an unknown host", () => {
    expect(() => withoutHost(state, "web-2")).toThrow("has no host web-2; its hosts are: web-1, web-10.");
    const empty: StackState = { deployment: {} };
    expect(() => withoutHost(empty, "web-2")).toThrow("its hosts are: none.");
  });
});
