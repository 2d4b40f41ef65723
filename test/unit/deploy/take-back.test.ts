import { expect, test } from "vitest";

import type { StackState, StateResource } from "../../../tools/deploy/state";
import { takeBack } from "../../../tools/deploy/take-back";

const resource = (urn: string, more: Partial<StateResource> = {}): StateResource => ({ urn, type: "x", ...more });

const state: StackState = {
  deployment: {
    resources: [
      resource("files"),
      resource("agent", { id: "new", dependencies: ["files"] }),
      resource("cleanup", { dependencies: ["agent"] }),
      resource("agent", { id: "old", delete: true, dependencies: ["files"] }),
      resource("agent", { id: "older", delete: true }),
    ],
    pending_operations: [{ resource: resource("agent") }, { resource: resource("cleanup") }],
  },
};

test("the old container is the current one again, before what depends on it, and its successor is forgotten", () => {
  const { resources, pending_operations: pending } = takeBack(state, [{ urn: "agent", id: "old" }]).deployment;
  expect(resources).toEqual([
    resource("files"),
    resource("agent", { id: "old", delete: false, dependencies: ["files"] }),
    resource("agent", { id: "older", delete: true }),
    resource("cleanup", { dependencies: ["agent"] }),
  ]);
  expect(pending).toEqual([{ resource: resource("cleanup") }]);
});

test("without such a container the state stays the same", () => {
  expect(takeBack(state, [])).toEqual(state);
});
