import { expect, test } from "vitest";

import { fromAnywhere } from "../../../tools/rollback/from-anywhere";

const project = (url: string): string => `name: x\nbackend:\n  url: ${url}\n`;

test.each([
  ["file://.state?metadata=skip", { PULUMI_BACKEND_URL: "file:///srv/clone/.state?metadata=skip" }],
  ["file://state/shop", { PULUMI_BACKEND_URL: "file:///srv/clone/state/shop" }],
  ["file:///var/state", {}],
  ["file://~", {}],
  ["s3://bucket", {}],
])("the backend %s from another folder", (url, expected) => {
  expect(fromAnywhere({}, project(url), "/srv/clone")).toEqual(expected);
  expect(fromAnywhere({ PULUMI_BACKEND_URL: url }, project("s3://other"), "/srv/clone")).toEqual(expected);
});

test("a file without a backend names none", () => {
  expect(fromAnywhere({}, "name: x\n", "/srv/clone")).toEqual({});
});

test("the file with the passphrase", () => {
  const of = (file: string) => fromAnywhere({ PULUMI_CONFIG_PASSPHRASE_FILE: file }, "name: x\n", "/srv/clone");
  expect(of("../passphrase")).toEqual({ PULUMI_CONFIG_PASSPHRASE_FILE: "/srv/passphrase" });
  expect(of("/etc/passphrase")).toEqual({ PULUMI_CONFIG_PASSPHRASE_FILE: "/etc/passphrase" });
  expect(of("")).toEqual({});
});
