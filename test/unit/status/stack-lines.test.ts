import { expect, test } from "vitest";

import type { ContainerRow } from "../../../tools/status/schema";
import { joinStackLines, stackLine } from "../../../tools/status/stack-lines";

const row = (reason: ContainerRow["reason"], ...fixes: ContainerRow["fixes"]): ContainerRow => ({
  container: "cart",
  service: "redis",
  check: "redisdb",
  recognisedBy: "image redis",
  watch: "unwatched",
  instance: "",
  tags: [],
  collected: "",
  error: "",
  since: null,
  reason,
  why: "",
  fixes,
});

test("the lines of thousands of containers are joined in moments", () => {
  const count = 3000;
  const rows = Array.from({ length: count }, (_, index) =>
    row("no-shared-network", stackLine("networks", [`network-${index % 50}`, "backend"])),
  );
  const began = Date.now();
  const joined = joinStackLines([...rows, row("does-not-ask", stackLine("networks", ["closed"]))]);
  // Each line with each other one takes minutes.
  expect(Date.now() - began).toBeLessThan(10_000);
  const networks = (index: number): number | undefined => joined[index]?.fixes[0]?.line.split(",").length;
  expect([networks(0), networks(count - 1)]).toEqual([51, 51]);
  // What does not ask opens no network for others.
  expect(networks(count)).toBe(52);
});
