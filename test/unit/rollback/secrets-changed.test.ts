import { expect, test } from "vitest";

import { changedSecrets } from "../../../tools/rollback/secrets-changed";

const file = (apiKey: string, password: string, more = ""): string =>
  `config:\n  datadog-hosts:apiKey:\n    secure: ${apiKey}\n  datadog-hosts:registries:\n    - address: r\n      password:\n        secure: ${password}\n${more}`;

test("secrets that were set anew are named, by their keys", () => {
  expect(changedSecrets(file("v1:a", "v1:b"), file("v1:a", "v1:b", "  datadog-hosts:tags: [a]\n"))).toEqual([]);
  expect(changedSecrets(file("v1:a", "v1:b"), file("v1:other", "v1:b"))).toEqual(["datadog-hosts:apiKey"]);
  expect(changedSecrets(file("v1:a", "v1:b"), file("v1:a", "v1:other"))).toEqual([
    "datadog-hosts:registries.0.password",
  ]);
});

test("a secret that did not exist yet is not brought back, and one that is gone is", () => {
  expect(changedSecrets(file("v1:a", "v1:b"), "config: {}\n")).toEqual([]);
  expect(changedSecrets("config: {}\n", file("v1:a", "v1:b"))).toHaveLength(2);
  expect(changedSecrets("", "")).toEqual([]);
});
