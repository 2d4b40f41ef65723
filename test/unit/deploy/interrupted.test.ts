import { expect, test } from "vitest";

import { hasInterrupted, withoutPendingOperations } from "../../../tools/deploy/interrupted";

const resources = [{ urn: "agent", type: "x" }];
const interrupted = {
  version: 3,
  deployment: { resources, pending_operations: [{ resource: { urn: "cleanup", type: "x" } }] },
};

test("a state forgets what a killed run was at, and nothing else", () => {
  expect(hasInterrupted(interrupted)).toBe(true);
  expect(withoutPendingOperations(interrupted)).toEqual({
    version: 3,
    deployment: { resources, pending_operations: [] },
  });
  expect(hasInterrupted(withoutPendingOperations(interrupted))).toBe(false);
  expect(hasInterrupted(undefined)).toBe(false);
});
