import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { SettingsError } from "../../../infra/settings/problems";
import { fleetWarnings } from "../../../infra/fleet/warnings";
import { readSettings } from "../../../infra/settings/read";
import { refusedInSwarms, swarmStackSchema } from "../../../infra/settings/schema/swarm";
import type { SwarmSettings } from "../../../infra/settings";
import { useStack } from "../../golden/graph";
import { badSettings, settingsWith, startOfLine } from "./bad-settings";
import { smallestConfig, swarmConfig } from "./fixtures";

/** What the settings come to, for a stack with a Swarm. */
function read(settings: Readonly<Record<string, unknown>>): SwarmSettings {
  useStack({ stack: "store-staging", config: settings });
  const { swarm } = readSettings();
  if (swarm === undefined) throw new Error("no Swarm");
  return swarm;
}

/** The lines that settings are refused with, without the heading. */
function refusal(settings: Readonly<Record<string, unknown>>): string[] {
  try {
    read(settings);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message.split("\n").slice(1);
  }
  throw new Error("the settings were taken");
}

const managers = swarmConfig.swarm.managers;

describe("the settings of a Swarm", () => {
  test("are warned of as those of hosts are", () => {
    useStack({ stack: "store-staging", config: { ...swarmConfig, discovery: "agent", site: "datadoghq.con" } });
    expect(fleetWarnings(readSettings())).toEqual([
      expect.stringMatching(/^Each node of the Swarm: datadoghq\.con \(site\) is none of the sites/),
      expect.stringMatching(/^Each node of the Swarm: with discovery: agent, any container can order any check/),
    ]);
  });

  test("name managers, which share user, port and key", () => {
    const swarm = read({ ...swarmConfig, user: "ops", port: 2222 });
    expect(swarm.managers).toMatchObject(
      managers.map(({ name, address }) => ({ name, address, user: "ops", port: 2222 })),
    );
    expect(swarm.update).toEqual({ parallelism: 1, delaySeconds: 1, monitorSeconds: 30 });
    expect(swarm.placement).toEqual([]);
  });

  test("let a manager have its own port", () => {
    const [first] = managers;
    expect(read({ ...swarmConfig, swarm: { managers: [{ ...first, port: 23 }] } }).managers[0]?.port).toBe(23);
  });

  test("tell managers that have one address by their ports, and refuse one that is listed twice", () => {
    const [first, second] = managers;
    const behindOne = (port: number, ...rest: readonly number[]) => ({
      ...swarmConfig,
      port: 2201,
      swarm: {
        managers: [
          first,
          { ...second, address: first.address, port },
          ...rest.map(() => ({ ...first, name: "third" })),
        ],
      },
    });
    expect(read(behindOne(2202)).managers.map(({ address, port }) => `${address}:${port}`)).toEqual([
      `${first.address}:2201`,
      `${first.address}:2202`,
    ]);
    expect(refusal(behindOne(2202, 2201))).toEqual([
      "  datadog-hosts:swarm.managers[2].address: is the same as that of entry 0, and so is the port; list each manager once, or set the port of each",
    ]);
    expect(refusal(behindOne(2201))).toEqual([expect.stringContaining("swarm.managers[1].address: is the same as")]);
  });

  test("refuse an encrypted variable that is empty: no agent would start with it", () => {
    const folder = mkdtempSync(join(tmpdir(), "swarm-settings-"));
    try {
      const agent = "  datadog-hosts:agent: { environment: { DD_APP_KEY: { secure: v1:empty } } }";
      writeFileSync(join(folder, "Pulumi.store-staging.yaml"), `config:\n${agent}\n`);
      const config = { ...swarmConfig, agent: { environment: { DD_APP_KEY: "" } } };
      useStack({ stack: "store-staging", config, secrets: ["apiKey", "agent"] });
      expect(() => readSettings(folder)).toThrow(
        /agent\.environment\.DD_APP_KEY: is empty, and the agent does not start/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("put the agent on the default bridge, on new networks and on the listed ones", () => {
    const swarm = read({ ...swarmConfig, networks: ["backend"], swarm: { managers, networks: ["watched"] } });
    expect(swarm.node.agentNetworks).toEqual(["bridge", "watched", "backend"]);
    expect(swarm.ownNetworks).toEqual(["watched"]);
    expect(swarm.networks).toEqual(["backend"]);
  });

  test("bind secrets of the Swarm to the tasks of services", () => {
    const passwords = [
      { name: "cart", services: ["shop_cart", "cart"], network: "watched" },
      { name: "blog", secret: "blog-2", services: ["blog"], network: "bridge" },
    ];
    const swarm = read({ ...swarmConfig, swarm: { managers, networks: ["watched"], passwords } });
    expect(swarm.node.passwordFiles).toEqual([
      { name: "cart", containers: ["service:shop_cart", "service:cart"], network: "watched" },
      { name: "blog", containers: ["service:blog"], network: "bridge" },
    ]);
    expect(swarm.passwordSecrets).toEqual([
      { name: "cart", secret: "cart" },
      { name: "blog", secret: "blog-2" },
    ]);
  });

  test("refuse a password for a network that no agent is on", () => {
    const passwords = [{ name: "cart", services: ["cart"], network: "backend" }];
    expect(refusal({ ...swarmConfig, networks: ["front"], swarm: { managers, passwords } })).toEqual([
      "  datadog-hosts:swarm.passwords[0].network: is backend, which no agent is on; add backend to networks, or name one of bridge, front for cart",
    ]);
  });

  test("watch a changed node for at least as long as the next ones wait", () => {
    expect(read({ ...swarmConfig, swarm: { managers, update: { delay: "10m" } } }).update).toEqual({
      parallelism: 1,
      delaySeconds: 600,
      monitorSeconds: 600,
    });
    expect(refusal({ ...swarmConfig, swarm: { managers, update: { delay: "10m", monitor: "5m" } } })).toEqual([
      "  datadog-hosts:swarm.update.monitor: is shorter than swarm.update.delay, so a node that fails later would stop nothing; set at least 10m, or remove it",
    ]);
  });

  test("leave the name of a node to the Swarm", () => {
    expect(read(swarmConfig).node.name).toBe("{{.Node.Hostname}}");
  });
});

/** A value of the right form for each setting that a Swarm can't have. */
const refused: Readonly<Record<keyof typeof refusedInSwarms, unknown>> = {
  hosts: smallestConfig.hosts,
  canary: "web-1",
  rollout: { batch: 2 },
  root: "/home/core/datadog",
  links: ["frontend"],
  passwordFiles: [{ name: "cart", containers: ["cart"], network: "backend" }],
  adopt: true,
  "dogstatsd.network": true,
  "apm.network": true,
  socketFilter: { image: "haproxy:3.0" },
  "agent.generation": 5,
  "agent.network": "host",
};

describe("what a service can't have is refused with the reason", () => {
  test.each(Object.entries(refusedInSwarms))("%s", (path, reason) => {
    const [key = "", inner] = path.split(".");
    const value = inner === undefined ? refused[path] : { [inner]: refused[path] };
    // What a problem says of secrets in the clear stands beside it.
    expect(refusal({ ...swarmConfig, [key]: value })).toContain(`  datadog-hosts:${path}: ${reason}`);
    expect(reason).toMatch(/(remove|use|keep) /);
  });

  test("all of them are tried", () => {
    expect(Object.keys(refused).sort()).toEqual(Object.keys(refusedInSwarms).sort());
  });

  test("a variable with a template that the Swarm does not know", () => {
    const said = refusal({ ...swarmConfig, agent: { environment: { DD_ENV: "{{ .Nodes }}" } } });
    expect(said.join("\n")).toMatch(/agent\.environment\.DD_ENV: contains \{\{.* remove it$/);
  });
});

test("a variable may name the node", () => {
  const { node } = read({ ...swarmConfig, agent: { environment: { DD_ENV: "on-{{.Node.Hostname}}" } } });
  expect(node.agent.environment).toEqual({ DD_ENV: "on-{{.Node.Hostname}}" });
});

test("a null in the stack's file undoes the Swarm that its project's stacks share", () => {
  useStack({ stack: "store-staging", config: { ...smallestConfig, swarm: "" } });
  expect(() => readSettings()).toThrow(SettingsError);
});

/** What no one can get wrong in a file without getting a line for it that begins with its path. */
const all = badSettings(swarmStackSchema).filter(
  // Without swarm a stack is one of hosts, and a null unsets what a project shares.
  ({ kind, path }) => path[0] === "swarm" && path.length > 1 && !(kind === "empty" && path.length === 2),
);

describe.each([...new Set(all.map(({ kind }) => kind))])("%s", (kind) => {
  test.each(
    all
      .filter((bad) => bad.kind === kind)
      .map((bad) => [`${bad.path.join(".")} = ${JSON.stringify(bad.value)}`, bad] as const),
  )("%s", (_, bad) => {
    const said = refusal(settingsWith(swarmStackSchema, [bad], swarmConfig) as Record<string, unknown>);
    for (const line of said) expect(line).toMatch(startOfLine(bad));
    expect(said.map((line) => line.replace(startOfLine(bad), "")).join("\n")).toMatch(bad.says);
  });
});
