import { expect, test } from "vitest";

import { localBackendOf } from "../../../tools/rollback/backend";

test.each([
  ["file://.state?metadata=skip", "file:///srv/clone/.state?metadata=skip"],
  ["file://state/shop", "file:///srv/clone/state/shop"],
  ["file:///var/state", undefined],
  ["file://~", undefined],
  ["s3://bucket", undefined],
])("the backend %s is %s from another folder", (url, expected) => {
  expect(localBackendOf(`name: x\nbackend:\n  url: ${url}\n`, "/srv/clone")).toBe(expected);
});

test("a file without a backend names none", () => {
  expect(localBackendOf("name: x\n", "/srv/clone")).toBeUndefined();
});
