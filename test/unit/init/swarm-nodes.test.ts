import { describe, expect, test } from "vitest";

import { asHosts, describeMissingNodes, missingNodes, readSwarmView } from "../../../tools/init/swarm-nodes";

const lines = (...values: unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");

const first = ["id-1", "web-1", "0.0.0.0", { Leader: true, Addr: "192.0.2.10:2377" }, "ready"];
const second = ["id-2", "web-2", "192.0.2.11", null, "ready"];
const third = ["id-3", "web-3", "2001:db8::3", null, "ready"];

describe("a host's view of its Swarm", () => {
  test("has the nodes that are up, with a manager's own address from where it has one", () => {
    const down = ["id-4", "web-4", "192.0.2.13", null, "down"];
    expect(readSwarmView(lines("id-1", first, second, down))).toEqual({
      ownId: "id-1",
      nodes: [
        { id: "id-1", name: "web-1", address: "192.0.2.10" },
        { id: "id-2", name: "web-2", address: "192.0.2.11" },
      ],
    });
  });

  test("takes the brackets from an IPv6 address", () => {
    const node = ["id-1", "web-1", "", { Addr: "[2001:db8::1]:2377" }, "ready"];
    expect(readSwarmView(lines("id-1", node)).nodes[0]?.address).toBe("2001:db8::1");
  });

  test("is empty without a Swarm, and for answers of another form", () => {
    for (const text of ['""\n', "", "no JSON\n{}\n[1]\n", lines({}, {}, [], [{}])]) {
      expect(readSwarmView(text)).toEqual({ ownId: "", nodes: [] });
    }
  });
});

describe("nodes that are not among the hosts", () => {
  const manager = readSwarmView(lines("id-1", third, second, first));

  test("are proposed once each, whichever managers know them", () => {
    const worker = readSwarmView(lines("id-2"));
    expect(missingNodes([manager, manager, worker])).toEqual([{ id: "id-3", name: "web-3", address: "2001:db8::3" }]);
    expect(missingNodes([worker])).toEqual([]);
    expect(missingNodes([{ ownId: "", nodes: [] }])).toEqual([]);
  });

  test("are written as HOSTS, with the user and the port of the host that was asked", () => {
    const missing = missingNodes([manager]);
    expect(asHosts(missing, { user: "core", port: 22 })).toBe("web-2=core@192.0.2.11 web-3=core@2001:db8::3");
    expect(asHosts(missing, { user: "ops", port: 2222 })).toBe(
      "web-2=ops@192.0.2.11:2222 web-3=ops@[2001:db8::3]:2222",
    );
    expect(asHosts([{ id: "i", name: "no name", address: "192.0.2.9" }], { user: "core", port: 22 })).toBe(
      "core@192.0.2.9",
    );
  });

  test("are named with what adds them", () => {
    const text = describeMissingNodes(missingNodes([manager]), "stacks/Pulumi.a-b.yaml", "a b c");
    expect(text).toContain("web-2 (192.0.2.11), web-3 (2001:db8::3)");
    expect(text).toContain("add them to hosts in stacks/Pulumi.a-b.yaml");
    expect(text).toContain("HOSTS='a b c'");
  });
});
