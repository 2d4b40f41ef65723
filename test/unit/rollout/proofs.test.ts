import { expect, test } from "vitest";

import type { ProofRequest } from "../../../infra/fleet";
import { Proofs } from "../../../tools/rollout/proofs";
import { ProcessError } from "../../../tools/shared/run";
import { hostView, ownContainers } from "./view";

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

const proofsOf = (...views: (() => ReturnType<typeof hostView>)[]): Proofs =>
  new Proofs([], () => Promise.resolve().then(() => (views.shift() ?? hostView)()));

test("the answer has the ids of the host's own containers, not of others with these names", async () => {
  const [agent, generator] = ownContainers;
  expect(await proofsOf().answer(request("note"))).toEqual({
    containers: { agent: agent?.id, generator: generator?.id },
  });
  const foreign = ownContainers.map((container) => ({ ...container, labels: new Map<string, string>() }));
  expect(await proofsOf(() => hostView({ containers: foreign })).answer(request("note"))).toEqual({ containers: {} });
});

test("once a host has failed, no other host changes", async () => {
  const proofs = proofsOf(hostView, () => hostView({ containers: [] }));
  await proofs.answer(request("note"));
  expect((await proofs.answer(request("prove"))).problem).toContain("there is no dd-agent");
  expect(await proofs.answer(request("note", "web-2"))).toEqual({
    problem: "was left as it is, because host web-1 failed its proof",
  });
});

test("a host that can't be reached is not changed", async () => {
  const proofs = proofsOf(() => {
    throw new ProcessError("Host web-1: not done after 60 s.");
  });
  expect((await proofs.answer(request("note"))).problem).toBe(
    "was left as it is, because what it collects can't be noted: has not answered within 60 s. Check the machine and its Docker engine, then ask again.",
  );
});

test("only hosts that report it count as gone back", async () => {
  const proofs = proofsOf();
  await proofs.answer(request("note"));
  expect([...proofs.revertedHosts]).toEqual([]);
  await proofs.answer(request("back"));
  expect([...proofs.revertedHosts]).toEqual([["web-1", ["front-1"]]]);
});
