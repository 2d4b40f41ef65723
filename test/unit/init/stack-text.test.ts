import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { checkPlan, stackText, type StackPlan, type PlannedHost } from "../../../tools/init/stack-text";

const keys = [
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINvAroFyNerM4P7GOlJFeYQmqoj9VhNouqHu2Mr6XCNK",
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAHKUGJMPNmXZXhkZTBAUMRA2h4V8Jhc3MGbH0kfZcS8",
] as const;

const host: PlannedHost = {
  name: "web-1",
  user: "core",
  address: "192.0.2.10",
  port: 22,
  hostKey: keys[0],
  privateKeyFile: undefined,
  home: "/home/core",
  networks: [],
};

const plan: StackPlan = {
  project: "shop",
  environment: "staging",
  hosts: [host],
  integrations: undefined,
  privateKeyFile: undefined,
  site: "datadoghq.com",
  intake: undefined,
  agentImage: undefined,
  generatorImage: undefined,
};

function config(differences: Partial<StackPlan> = {}): unknown {
  return (parse(stackText({ ...plan, ...differences })) as { config: unknown }).config;
}

describe("a plan, before its hosts are asked", () => {
  test.each<[string, Partial<StackPlan>, RegExp]>([
    ["two hosts of one name", { hosts: [host, { ...host, address: "192.0.2.11" }] }, /hosts\[1\]\.name: .*web-1/],
    ["the host's own network", { hosts: [{ ...host, networks: ["host"] }] }, /networks\[0\]: can't be joined/],
    ["an image that docker takes for an option", { agentImage: "--privileged" }, /agent\.image: has the wrong form/],
    ["an intake without http", { intake: "intake.example" }, /intake: has the wrong form/],
  ])("is refused for %s", (_, differences, message) => {
    expect(() => checkPlan({ ...plan, ...differences })).toThrow(message);
  });

  test("is taken if only keys and homes are missing", () => {
    expect(() => checkPlan({ ...plan, hosts: [host, { ...host, name: "web-2" }] })).not.toThrow();
  });
});

describe("a new stack's file", () => {
  test("has every setting that is not the default, and its networks in any case", () => {
    expect(config()).toEqual({
      "datadog-hosts:project": "shop",
      "datadog-hosts:environment": "staging",
      "datadog-hosts:networks": [],
      "datadog-hosts:hosts": [{ name: "web-1", address: "192.0.2.10", hostKey: keys[0] }],
    });
  });

  test("has common settings once, and others for each host", () => {
    const second = { ...host, name: "web-2", hostKey: keys[1], address: "192.0.2.11" };
    const both = { user: "admin", home: "/srv/admin" };
    expect(
      config({
        hosts: [
          { ...host, ...both, networks: ["a"] },
          { ...second, ...both, port: 2222, networks: ["b"] },
        ],
      }),
    ).toMatchObject({
      "datadog-hosts:user": "admin",
      "datadog-hosts:root": "/srv/admin/datadog",
      "datadog-hosts:hosts": [
        { name: "web-1", port: 22, networks: ["a"] },
        { name: "web-2", port: 2222, networks: ["b"] },
      ],
    });
  });

  test("contains all choices", () => {
    const chosen = {
      integrations: ["docker", "redisdb"] as const,
      privateKeyFile: "~/.ssh/id",
      site: "datadoghq.eu",
      intake: "https://intake.example",
      agentImage: "agent:7.70.0",
      generatorImage: "gen:1",
    };
    expect(config(chosen)).toMatchObject({
      "datadog-hosts:integrations": ["docker", "redisdb"],
      "datadog-hosts:privateKeyFile": "~/.ssh/id",
      "datadog-hosts:site": "datadoghq.eu",
      "datadog-hosts:intake": "https://intake.example",
      "datadog-hosts:agent": { image: "agent:7.70.0" },
      "datadog-hosts:generator": { image: "gen:1" },
    });
  });

  test("is the same for the same plan", () => {
    expect(stackText(plan)).toBe(stackText(structuredClone(plan)));
  });

  test("is refused with every problem, before anything is written", () => {
    const twice = [host, { ...host, address: "192.0.2.11" }];
    expect(() => stackText({ ...plan, project: "Shop", hosts: twice })).toThrow(
      /nothing was written[\s\S]*project: [\s\S]*hosts\[1\]\.name: is the same/,
    );
  });
});
