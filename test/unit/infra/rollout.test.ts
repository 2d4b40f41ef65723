import { describe, expect, test } from "vitest";

import { Turns } from "../../../infra/fleet/turns";
import { readSettings } from "../../../infra/settings/read";
import { recordGraph, useStack } from "../../golden/graph";
import { smallestConfig } from "./fixtures";

const [host] = smallestConfig.hosts;
const keyEnds = ["K", "L", "M"];

/** Settings with three hosts. */
const three = {
  ...smallestConfig,
  hosts: keyEnds.map((end, index) => ({
    ...host,
    name: `web-${index + 1}`,
    hostKey: `${host.hostKey.slice(0, -2)}2${end}`,
  })),
};

const rolloutOf = (settings: Readonly<Record<string, unknown>>): unknown => {
  useStack({ stack: "store-staging", config: { ...smallestConfig, ...settings } });
  return readSettings().rollout;
};

test("the canary is the same wherever it is set", () => {
  const expected = rolloutOf({ canary: "web-1" });
  expect(expected).toMatchObject({ canary: "web-1", batch: undefined });
  expect(rolloutOf({ rollout: { canary: "web-1" } })).toEqual(expected);
});

describe("turns", () => {
  test("are taken by so many at once, in order", async () => {
    const turns = new Turns(2);
    const begun: number[] = [];
    const all = [1, 2, 3, 4].map(async (number) => {
      await turns.take();
      begun.push(number);
    });
    await Promise.all(all.slice(0, 2));
    expect(begun).toEqual([1, 2]);
    turns.give();
    await all[2];
    expect(begun).toEqual([1, 2, 3]);
    turns.give();
    await all[3];
  });

  test("that nobody waited for are there later", async () => {
    const turns = new Turns(1);
    await turns.take();
    turns.give();
    await turns.take();
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
  ])("with a batch of %s changes %i at once", async (batch, most) => {
    const order = await orderOf({ ...three, rollout: { batch } });
    expect(order.filter((line) => /^end .*-cleanup$/.test(line))).toHaveLength(3);
    expect(mostAtOnce(order)).toBe(most);
  });

  test("begins with the canary, wherever it stands", async () => {
    const order = await orderOf({ ...three, rollout: { canary: "web-2", batch: 1 } });
    const ends = order.filter((line) => /^end .*-cleanup$/.test(line));
    expect(ends).toEqual(["end web-2-cleanup", "end web-1-cleanup", "end web-3-cleanup"]);
    expect(mostAtOnce(order)).toBe(1);
  });

  test("is previewed all at once", async () => {
    expect(mostAtOnce(await orderOf({ ...three, rollout: { batch: 1 } }, true))).toBe(3);
  });
});
