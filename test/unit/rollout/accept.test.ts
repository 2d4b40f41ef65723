import { expect, test } from "vitest";

import type { InstanceChange } from "../../../tools/render/schema";
import type { HostRendering } from "../../../tools/render/schema";
import { acceptanceId, describeAcceptance, predictedLosses } from "../../../tools/rollout/accept";

const change = (more: Partial<InstanceChange>): InstanceChange => ({
  change: "changed",
  check: "nginx",
  instance: "http://172.18.0.3:80/",
  container: "web",
  tags: [],
  settings: [],
  ...more,
});
const rendering = (host: string, ...instances: InstanceChange[]): HostRendering => ({
  host,
  reached: true,
  problem: "",
  containers: [],
  instances,
  files: [],
  remarks: [],
});

const gone = change({ change: "removed" });
const fewer = change({ settings: [{ key: "tags", added: ["team:a"], removed: ["team:b"] }] });
const harmless = [
  change({ change: "added" }),
  change({ settings: [{ key: "tags", added: ["team:a"], removed: [] }] }),
  change({ settings: [{ key: "db", from: null, to: "3" }] }),
  change({ settings: [{ key: "password", secret: true }] }),
];

test("removed instances and removed tags are losses, and nothing else", () => {
  expect(predictedLosses([rendering("web-1", gone, fewer, ...harmless)]).map(({ tags }) => tags)).toEqual([
    undefined,
    ["team:b"],
  ]);
});

test("the same losses have the same identifier, in any order and at any address; others differ", () => {
  const name = (...renderings: HostRendering[]): string => acceptanceId(predictedLosses(renderings));
  const one = name(rendering("web-1", gone), rendering("web-2", fewer));
  expect(name(rendering("web-2", fewer), rendering("web-1", { ...gone, instance: "http://172.18.0.9:80/" }))).toBe(one);
  expect(name(rendering("web-1", gone))).not.toBe(one);
  expect(name(rendering("web-1", fewer), rendering("web-2", gone))).not.toBe(one);
});

test("they can be accepted with one printed command", () => {
  expect(describeAcceptance("shop", acceptanceId(predictedLosses([rendering("web-1", gone)])))).toMatch(
    / make up STACK=shop ACCEPT=[0-9a-f]{8}$/,
  );
});
