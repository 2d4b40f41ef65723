import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { merge } from "../../../infra/settings/merge";
import { SettingsError } from "../../../infra/settings/problems";
import { readSharedFile } from "../../../infra/settings/shared-file";

test("a project's shared file holds the settings of all its stacks", () => {
  expect(readSharedFile("shop", "datadog-hosts:")).toMatchObject({ tags: ["team:shop"] });
});

test.each(["nothing", "../package", ""])("a project without a file of its own shares nothing: %j", (project) => {
  expect(readSharedFile(project, "datadog-hosts:")).toEqual({});
});

test("a file with other keys is refused", () => {
  expect(() => readSharedFile("shop", "other:")).toThrow(
    /stacks\/shop\.yaml.*has the key datadog-hosts:tags; each key begins with other:/,
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
    ["a list in place of settings", "- a", /has no settings; write `config:`/],
    ["a text in place of settings", "config: not-to-be-shown", /has no settings; write `config:`/],
    ["a number in place of settings", "config: 5", /has no settings; write `config:`/],
    ["a text that is no YAML", "config: [not-to-be-shown", /is not valid YAML: [^\n]* \(line 1\)$/],
    ["bytes that are not UTF-8", "config:\n  # caf\uFFFD", /is not UTF-8 text \(line 2\); save/],
    ["a second document", "config: {}\n---\nconfig: {}", /has a second document \(---, line 2\); keep only/],
    [
      "an alias of nothing",
      "config:\n  datadog-hosts:tags: *t",
      /is not valid YAML: a word that begins with \* refers to nothing/,
    ],
    [
      "a text that begins like a tag",
      "config:\n  datadog-hosts:tags: !not-to-be-shown",
      /is not valid YAML: a word that begins with !/,
    ],
    [
      "a text that begins like a block",
      "config:\n  datadog-hosts:tags: |not-to-be-shown",
      /is not valid YAML: Block scalar header includes extra characters \(line 2\)$/,
    ],
    [
      "a number that Pulumi would read as another one",
      "config:\n  datadog-hosts:port: 022",
      /has datadog-hosts:port, which is a date, or/,
    ],
  ])("has %s", (_, text, expected) => {
    writeFileSync(join(folder, "store.yaml"), text);
    const read = () => readSharedFile("store", "datadog-hosts:", folder);
    expect(read).toThrow(expected);
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(/datadog-hosts:\(stacks\/store\.yaml\): (has|is)/);
    expect(read).not.toThrow(/not-to-be-shown/);
  });

  test("can't be read", () => {
    mkdirSync(join(folder, "folder.yaml"));
    expect(() => readSharedFile("folder", "datadog-hosts:", folder)).toThrow(/can't be read \(EISDIR\); make it/);
  });

  test("has a name that is not read", () => {
    writeFileSync(join(folder, "other.yml"), "config: {}");
    expect(() => readSharedFile("other", "datadog-hosts:", folder)).toThrow(/stacks\/other\.yml does.*; rename it$/);
  });
});

test("mappings are merged key by key, everything else is replaced, and undefined values are ignored", () => {
  expect(merge({ a: { b: 1, c: [1] }, d: 1 }, { a: { c: [2] }, d: undefined }, { e: 3 })).toEqual({
    a: { b: 1, c: [2] },
    d: 1,
    e: 3,
  });
});

test("a file may use anchors, merge keys, a byte order mark and Windows line ends", () => {
  const folder = mkdtempSync(join(tmpdir(), "shared-files-"));
  const text = "\ufeffconfig:\n  datadog-hosts:agent: &a { memoryMiB: 64 }\n  datadog-hosts:generator: { <<: *a }\n";
  writeFileSync(join(folder, "store.yaml"), text.replaceAll("\n", "\r\n"));
  const expected = { agent: { memoryMiB: 64 }, generator: { memoryMiB: 64 } };
  expect(readSharedFile("store", "datadog-hosts:", folder)).toEqual(expected);
  rmSync(folder, { recursive: true });
});
