import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { StateResource } from "../../../tools/deploy/state";
import { hostsToLookAt, neverMade } from "../../../tools/look";

let folder = "";
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "listed-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const container = "docker:index/container:Container";
const output = (name: string, address: string): object => ({ name, address, ssh: "ssh", root: "/r" });
const generator = (host: string): StateResource => ({
  urn: `urn:pulumi:shop::datadog-hosts::datadog-hosts:index:MonitoredHost$${container}::${host}-generator`,
  type: container,
  id: host,
  inputs: { name: "datadog-gen" },
});
const whole = {
  urn: "urn:pulumi:shop::datadog-hosts::pulumi:pulumi:Stack::datadog-hosts-shop",
  type: "pulumi:pulumi:Stack",
  // The last `up` has failed on refused-1 before it changed anything there.
  outputs: { hosts: [output("web-1", "a"), output("old-1", "b"), output("moved-1", "c"), output("refused-1", "d")] },
};
const state = { deployment: { resources: [whole, ...["web-1", "old-1", "moved-1"].map(generator)] } };

test("of the hosts in a stack's file, those are known that were never set up, and those that can be looked at", () => {
  const hosts = [
    "{ name: web-1, address: a }",
    "{ name: new-1, address: b, formerNames: [old-1] }",
    "{ name: moved-1, address: other }",
    "{ name: refused-1, address: d }",
    "{ name: added-1, address: e }",
  ];
  const file = `config:\n  datadog-hosts:hosts:\n${hosts.map((host) => `    - ${host}\n`).join("")}`;
  fs.writeFileSync(`${folder}/Pulumi.shop.yaml`, file);
  expect(neverMade(folder, "shop", state)).toEqual(["refused-1", "added-1"]);
  expect(hostsToLookAt(folder, "shop", state).map(({ name }) => name)).toEqual(["web-1"]);
});

test("a stack's file without a list of hosts says nothing of them", () => {
  fs.writeFileSync(`${folder}/Pulumi.shop.yaml`, "config: {}\n");
  expect(neverMade(folder, "shop", state)).toEqual([]);
  expect(hostsToLookAt(folder, "shop", state)).toHaveLength(3);
});
