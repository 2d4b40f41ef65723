import { expect, test } from "vitest";
import { parse } from "yaml";

import { withPresentNames } from "../../../tools/rollback/renamed-hosts";

const file = (hosts: string): string => `encryptionsalt: v1:x\nconfig:\n  # kept\n  datadog-hosts:hosts:\n${hosts}`;
const hostsIn = (text: string): unknown =>
  (parse(text) as { config: Record<string, unknown> }).config["datadog-hosts:hosts"];

test("a host that was renamed since gets its present name as a former one, and nothing else changes", () => {
  const earlier = file(
    "    - { name: web-1, address: 192.0.2.1, formerNames: [front-1] }\n    - { name: web-2, address: 192.0.2.2 }\n",
  );
  const present = new Map([
    ["shop-1", "192.0.2.1"],
    ["web-2", "192.0.2.2"],
  ]);
  const { text, added } = withPresentNames(earlier, present);
  expect(added).toEqual(["shop-1"]);
  expect(hostsIn(text)).toEqual([
    { name: "web-1", address: "192.0.2.1", formerNames: ["front-1", "shop-1"] },
    { name: "web-2", address: "192.0.2.2" },
  ]);
  expect(text).toContain("# kept");
  expect(text).toContain("encryptionsalt: v1:x");
});

test.each<[string, string, [string, string][]]>([
  ["the names are the same", "    - { name: web-1, address: 192.0.2.1 }\n", [["web-1", "192.0.2.1"]]],
  [
    "it knew the name already",
    "    - { name: web-1, address: 192.0.2.1, formerNames: [shop-1] }\n",
    [["shop-1", "192.0.2.1"]],
  ],
  ["the host is new since", "    - { name: web-1, address: 192.0.2.1 }\n", [["web-2", "192.0.2.2"]]],
  [
    "two hosts are behind the address",
    "    - { name: web-1, address: 192.0.2.1, port: 22 }\n    - { name: web-2, address: 192.0.2.1, port: 23 }\n",
    [["shop-1", "192.0.2.1"]],
  ],
  [
    "two hosts have each other's names",
    "    - { name: web-1, address: 192.0.2.1 }\n    - { name: web-2, address: 192.0.2.2 }\n",
    [
      ["web-2", "192.0.2.1"],
      ["web-1", "192.0.2.2"],
    ],
  ],
  ["the hosts are of no known form", "    - 1\n", [["web-1", "192.0.2.1"]]],
])("the file stays as it is if %s", (_, hosts, present) => {
  expect(withPresentNames(file(hosts), new Map(present))).toEqual({ text: file(hosts), added: [] });
});
