import { beforeEach, describe, expect, test } from "vitest";

import type { ProofRequest } from "../../../infra/fleet";
import { Proofs } from "../../../tools/rollout/proofs";
import type { ProofRecord, ProofRecords } from "../../../tools/rollout/record";
import { ProcessError } from "../../../tools/shared/run";
import { hostView, instances, ownContainers, rows } from "./view";

const request = (phase: ProofRequest["phase"], name = "web-1"): ProofRequest => ({
  phase,
  formerNames: ["front-1"],
  seconds: 0,
  host: {
    name,
    address: "192.0.2.10",
    containers: [],
    root: "/home/core/datadog",
    integrations: [],
    agentGeneration: 7,
    ssh: "ssh",
  },
});

/** What is kept on the host; undefined: nothing. */
let kept: ProofRecord | undefined;
beforeEach(() => {
  kept = undefined;
});
const records: ProofRecords = {
  read: () => Promise.resolve(kept),
  write: (_, record) => {
    kept = record;
    return Promise.resolve();
  },
  remove: () => {
    kept = undefined;
    return Promise.resolve();
  },
};

const proofsOf = (...views: (() => ReturnType<typeof hostView>)[]): Proofs =>
  new Proofs([], () => Promise.resolve().then(() => (views.shift() ?? hostView)()), records);

/** The host of {@link hostView} after both of its containers were replaced, with these instances of a redisdb check only. */
const replacedView = (): ReturnType<typeof hostView> => {
  const successors = ownContainers
    .slice(0, 2)
    .map((container, index) => ({ ...container, id: `${index + 1}`.repeat(64) }));
  const predecessors = ownContainers.slice(0, 2).map((container) => ({
    ...container,
    name: `${container.name}.before-replacement.running.always.1-2`,
    state: "exited",
  }));
  return hostView({
    containers: [...successors, ...predecessors, ...ownContainers.slice(2)],
    generated: instances.slice(0, 1),
    agent: rows.slice(0, 1),
  });
};

test("the answer has the ids of the host's own containers, not of others with these names", async () => {
  const [agent, generator] = ownContainers;
  expect(await proofsOf().answer(request("note"))).toEqual({
    containers: { agent: [agent?.id], generator: [generator?.id] },
  });
  const foreign = ownContainers.map((container) => ({ ...container, labels: new Map<string, string>() }));
  expect(await proofsOf(() => hostView({ containers: foreign })).answer(request("note"))).toEqual({ containers: {} });
});

test("once a host has failed, no other host changes", async () => {
  const proofs = proofsOf(hostView, () => hostView({ containers: [] }));
  expect(await proofs.answer(request("begin", "web-2"))).toEqual({});
  await proofs.answer(request("note"));
  expect((await proofs.answer(request("prove"))).problem).toContain("there is no dd-agent");
  for (const phase of ["begin", "note"] as const) {
    expect(await proofs.answer(request(phase, "web-2"))).toEqual({
      problem: "was left as it is, because host web-1 failed its proof",
    });
  }
});

test("a host that can't be reached is not changed", async () => {
  const proofs = proofsOf(() => {
    throw new ProcessError("Host web-1: not done after 60 s.");
  });
  expect((await proofs.answer(request("note"))).problem).toBe(
    "was left as it is, because what it collects can't be noted: has not answered within 60 s. Check the machine and its Docker engine, then ask again.",
  );
});

test("only hosts that report it count as gone back; they have nothing to prove, and no other host changes", async () => {
  const proofs = proofsOf();
  await proofs.answer(request("note"));
  expect([...proofs.revertedHosts]).toEqual([]);
  expect(kept).toBeDefined();
  await proofs.answer(request("back"));
  expect([...proofs.revertedHosts]).toEqual([["web-1", ["front-1"]]]);
  expect(kept).toBeUndefined();
  expect((await proofs.answer(request("note", "web-2"))).problem).toContain("host web-1 failed its proof");
});

describe("after a run that was killed before the host had proven its change", () => {
  const before = { agent: [ownContainers[0]?.id], generator: [ownContainers[1]?.id] };
  beforeEach(async () => {
    await proofsOf().answer(request("note"));
  });

  test("the next run proves it, and names the containers to go back to", async () => {
    expect(await proofsOf(replacedView, replacedView).answer(request("resume"))).toEqual({
      problem: expect.stringContaining("has no instance any more") as string,
      containers: before,
    });
  });

  test("a further change is compared with what was collected before both", async () => {
    const proofs = proofsOf(replacedView, replacedView);
    expect(await proofs.answer(request("note"))).toEqual({
      containers: { agent: [...before.agent, "1".repeat(64)], generator: [...before.generator, "2".repeat(64)] },
    });
    expect((await proofs.answer(request("prove"))).problem).toContain("has no instance any more");
  });

  test("a change is compared with it also if the old containers are gone", async () => {
    const view = replacedView();
    const withoutOld = { ...view, containers: view.containers.filter(({ state }) => state !== "exited") };
    const proofs = proofsOf(
      () => withoutOld,
      () => withoutOld,
    );
    expect(await proofs.answer(request("note"))).toEqual({
      containers: { agent: ["1".repeat(64)], generator: ["2".repeat(64)] },
    });
    expect((await proofs.answer(request("prove"))).problem).toContain("has no instance any more");
    const resumed = proofsOf(
      () => withoutOld,
      () => withoutOld,
    );
    expect(await resumed.answer(request("resume"))).toEqual({
      problem: expect.stringContaining("has no instance any more") as string,
      containers: {},
    });
  });

  test("a host that has gone back has nothing left to prove", async () => {
    expect(await proofsOf().answer(request("resume"))).toEqual({});
  });
});

test("a host without a record has nothing left to prove, and is not looked at", async () => {
  const proofs = proofsOf(() => {
    throw new Error("not needed");
  });
  expect(await proofs.answer(request("resume"))).toEqual({});
});
