import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { merge } from "../../../infra/settings/merge";
import { readSharedFile } from "../../../infra/settings/shared-file";

test("a project's file is what its stacks share", () => {
  expect(readSharedFile("shop", "datadog-hosts:")).toMatchObject({ networks: ["shop"] });
});

test.each(["nothing", "../package", ""])("a project without a file of its own shares nothing: %j", (project) => {
  expect(readSharedFile(project, "datadog-hosts:")).toEqual({});
});

test("a file with keys of others is refused", () => {
  expect(() => readSharedFile("shop", "other:")).toThrow(
    /stacks\/shop\.yaml.*has the key datadog-hosts:networks; each key begins with other:/,
  );
});

describe("a file that is refused", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "shared-files-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const registries = "datadog-hosts:registries: [{ address: r, username: u, password: not-to-be-shown }]";
  test.each<[string, string, RegExp]>([
    [
      "an API key in the clear",
      "config:\n  datadog-hosts:apiKey: not-to-be-shown",
      /has datadog-hosts:apiKey in the clear; remove it, run `pulumi config set --secret datadog-hosts:apiKey` for each stack, and replace the key at Datadog$/,
    ],
    [
      "a registry's password in the clear",
      `config:\n  ${registries}`,
      /has datadog-hosts:registries\[0\]\.password in the clear; .*config set --path --secret .* and change the password$/,
    ],
    [
      "an encrypted value",
      "config:\n  datadog-hosts:apiKey: { secure: v1:not-to-be-shown }",
      /has a secret in datadog-hosts:apiKey; secrets belong into each stack's own file$/,
    ],
    [
      "a setting outside of `config`",
      "datadog-hosts:site: datadoghq.eu",
      /has datadog-hosts:site outside of `config:`; write the settings below `config:`$/,
    ],
  ])("has %s", (_, text, expected) => {
    writeFileSync(join(folder, "store.yaml"), text);
    const read = () => readSharedFile("store", "datadog-hosts:", folder);
    expect(read).toThrow(expected);
    expect(read).toThrow(/datadog-hosts:\(stacks\/store\.yaml\): has/);
    expect(read).not.toThrow(/not-to-be-shown/);
  });
});

test("mappings are merged key by key, the rest is replaced, and what is undefined says nothing", () => {
  expect(merge({ a: { b: 1, c: [1] }, d: 1 }, { a: { c: [2] }, d: undefined }, { e: 3 })).toEqual({
    a: { b: 1, c: [2] },
    d: 1,
    e: 3,
  });
});
