import { expect, test } from "vitest";

import { requireSharedBackend } from "../../../tools/pipeline/backend";

test.each([
  "s3://state?region=eu-west-1",
  "azblob://state",
  "gs://state",
  "https://api.pulumi.com",
  "postgres://u:p@db.example/state",
])("a runner may use %s", (url) => {
  expect(() => requireSharedBackend({ CI: "true", PULUMI_BACKEND_URL: url })).not.toThrow();
});

test.each<[string, NodeJS.ProcessEnv, RegExp]>([
  ["none", { CI: "true" }, /PULUMI_BACKEND_URL is not set/],
  ["an empty one", { CI: "true", PULUMI_BACKEND_URL: "" }, /PULUMI_BACKEND_URL is not set/],
  ["a folder", { CI: "true", PULUMI_BACKEND_URL: "file://.state" }, /is a local one \(file:\/\/\.state\)/],
  ["a home folder", { CI: "true", PULUMI_BACKEND_URL: "file://~" }, /is a local one/],
])("a runner is refused %s, with what to do", (_, environment, expected) => {
  expect(() => requireSharedBackend(environment)).toThrow(expected);
  expect(() => requireSharedBackend(environment)).toThrow(/secret PULUMI_BACKEND_URL to s3:\/\/.*docs\/state\.md/);
});

test("outside of CI, a local backend is accepted", () => {
  expect(() => requireSharedBackend({ PULUMI_BACKEND_URL: "file://.state" })).not.toThrow();
});
