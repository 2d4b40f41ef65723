import { describe, expect, test, vi } from "vitest";

import { proofSocketVariable } from "../../../infra/fleet/proof";
import { Semaphore } from "../../../infra/fleet/semaphore";
import { readSettings } from "../../../infra/settings/read";
import { recordGraph, useStack } from "../../golden/graph";
import { smallestConfig } from "./fixtures";

const [host] = smallestConfig.hosts;
const keyEnds = ["K", "L", "M", "N", "O", "P"];

/** Settings with so many hosts. */
const fleetOf = (hosts: number) => ({
  ...smallestConfig,
  hosts: keyEnds.slice(0, hosts).map((end, index) => ({
    ...host,
    name: `web-${index + 1}`,
    hostKey: `${host.hostKey.slice(0, -2)}2${end}`,
  })),
});
const three = fleetOf(3);

const rolloutOf = (settings: Readonly<Record<string, unknown>>): unknown => {
  useStack({ stack: "store-staging", config: { ...smallestConfig, ...settings } });
  return readSettings().rollout;
};

test("the canary is the same wherever it is set", () => {
  const expected = rolloutOf({ canary: "web-1" });
  expect(expected).toMatchObject({ canary: "web-1", batch: undefined, proofSeconds: undefined });
  expect(rolloutOf({ rollout: { canary: "web-1" } })).toEqual(expected);
});

test.each([
  ["60s", 60],
  ["2m", 120],
])("a proof of %s takes %i s at the most", (proof, proofSeconds) => {
  expect(rolloutOf({ rollout: { proof } })).toMatchObject({ proofSeconds });
});

describe("a host with a proof", () => {
  const hooksOf = async (): Promise<Record<string, unknown>> => {
    const config = { ...smallestConfig, rollout: { proof: "60s" } };
    const graph = await recordGraph({ stack: "store-staging", config });
    const entries = graph.map(({ urn, options }) => [urn.split("::").pop() ?? urn, options["hooks"]] as const);
    return Object.fromEntries(entries.filter(([name]) => /-(agent|generator|cleanup)$/.test(name)));
  };

  test("is checked and recorded before a container stops, and proves itself last", async () => {
    vi.stubEnv(proofSocketVariable, "/nowhere");
    expect(await hooksOf()).toEqual({
      "web-1-agent": ["web-1-connection", "web-1-note", "web-1-agent-give-way"],
      "web-1-generator": ["web-1-connection", "web-1-note", "web-1-generator-give-way"],
      "web-1-cleanup": ["web-1-connection", "web-1-prove"],
    });
    vi.unstubAllEnvs();
  });

  test("has no proof without make up", async () => {
    expect((await hooksOf())["web-1-cleanup"]).toEqual(["web-1-connection"]);
  });
});

describe("a semaphore", () => {
  test("lets as many in at once as it has slots, in order", async () => {
    const turns = new Semaphore(2);
    const begun: number[] = [];
    const all = [1, 2, 3, 4].map(async (number) => {
      await turns.acquire();
      begun.push(number);
    });
    await Promise.all(all.slice(0, 2));
    expect(begun).toEqual([1, 2]);
    turns.release();
    await all[2];
    expect(begun).toEqual([1, 2, 3]);
    turns.release();
    await all[3];
  });

  test("keeps released slots for later", async () => {
    const turns = new Semaphore(1);
    await turns.acquire();
    turns.release();
    await turns.acquire();
  });
});

describe("an up of three hosts", () => {
  /** In which order resources are begun and done. */
  const orderOf = async (config: Readonly<Record<string, unknown>>, isPreview = false): Promise<string[]> => {
    const order: string[] = [];
    const whileMaking = async (name: string): Promise<void> => {
      order.push(`begin ${name}`);
      await new Promise(setImmediate);
      order.push(`end ${name}`);
    };
    await recordGraph({ stack: "store-staging", config, isPreview, whileMaking });
    return order;
  };

  /** The most hosts that were begun and not done at any time. */
  const mostAtOnce = (order: readonly string[]): number => {
    const open = new Set<string>();
    let most = 0;
    for (const line of order) {
      const [, name = ""] = /^begin (.*)-preflight$/.exec(line) ?? [];
      if (name !== "") open.add(name);
      most = Math.max(most, open.size);
      open.delete(/^end (.*)-cleanup$/.exec(line)?.[1] ?? "");
    }
    return most;
  };

  test.each([
    [1, 1],
    [2, 2],
    [undefined, 3],
  ])("with a batch of %s changes %i hosts at once", async (batch, most) => {
    const order = await orderOf({ ...three, rollout: { batch } });
    expect(order.filter((line) => /^end .*-cleanup$/.test(line))).toHaveLength(3);
    expect(mostAtOnce(order)).toBe(most);
  });

  test("begins with the canary, whatever its position", async () => {
    const order = await orderOf({ ...three, rollout: { canary: "web-2", batch: 1 } });
    const ends = order.filter((line) => /^end .*-cleanup$/.test(line));
    expect(ends).toEqual(["end web-2-cleanup", "end web-1-cleanup", "end web-3-cleanup"]);
    expect(mostAtOnce(order)).toBe(1);
  });

  const jump = { address: "192.0.2.99", hostKey: `${host.hostKey.slice(0, -2)}2Q` };

  test.each([
    ["four of six", undefined, 4],
    ["as many as the batch says", 5, 5],
  ])("changes %s at once behind a jump host, whose sshd drops connections otherwise", async (_, batch, most) => {
    const order = await orderOf({ ...fleetOf(6), jump, rollout: { batch } });
    expect(order.filter((line) => /^end .*-cleanup$/.test(line))).toHaveLength(6);
    expect(mostAtOnce(order)).toBe(most);
  });

  test("does not hold up a host without the jump host", async () => {
    const { hosts, ...rest } = fleetOf(6);
    const behind = hosts.map((each, index) => (index === 5 ? each : { ...each, jump }));
    expect(mostAtOnce(await orderOf({ ...rest, hosts: behind }))).toBe(5);
  });

  test("is previewed all at once", async () => {
    expect(mostAtOnce(await orderOf({ ...three, rollout: { batch: 1 } }, true))).toBe(3);
  });
});
