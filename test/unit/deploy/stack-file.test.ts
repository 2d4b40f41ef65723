import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { checkStackFile, stackFileProblems } from "../../../tools/deploy/stack-file";
import { stackNames } from "../../../tools/deploy/stacks";

const encrypted = "{ secure: v1:abc }";

/** A stack's file with some lines below `config:`. */
const file = (...lines: string[]): string => ["config:", "  datadog-hosts:project: shop", ...lines, ""].join("\n");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stack-files-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(stackNames("stacks"))("the file of %s is taken", (stack) => {
  expect(() => checkStackFile("stacks", stack)).not.toThrow();
});

test.each<[string, string, number, RegExp]>([
  ["a tab", file("  datadog-hosts:hosts:", "\t- name: web-1"), 4, /^is indented with a tab.*indent with two spaces$/],
  ["a tab behind spaces", file("  datadog-hosts:agent:", "  \tmemoryMiB: 5"), 4, /^is indented with a tab/],
  [
    "a setting that stands twice",
    file("  datadog-hosts:project: blog"),
    3,
    /^has the key datadog-hosts:project a second time in the same mapping; keep one of them$/,
  ],
  [
    "a host's key that stands twice",
    file("  datadog-hosts:hosts:", "    - name: a", "      port: 1", "      port: 2"),
    6,
    /^has the key port a second time/,
  ],
  [
    "a quote that is never closed",
    file('  datadog-hosts:user: "core'),
    4,
    /^is not valid YAML: Missing closing "quote/,
  ],
  ...["*", "|", ">", "!", "!a!"].map((start): [string, string, number, RegExp] => [
    `a password that begins with ${start}`,
    file("  datadog-hosts:agent:", "    labels:", `      a: ${start}not-to-be-shown`),
    5,
    /^is not valid YAML: /,
  ]),
  [
    "a password with a backslash",
    file('  datadog-hosts:user: "\\Unot-to-be-shown"'),
    3,
    /^is not valid YAML: a backslash/,
  ],
  ["a byte that is not UTF-8", file("  # caf\uFFFD"), 3, /^is not UTF-8 text; save the file in UTF-8$/],
  ["text of another encoding", file().split("").join("\0"), 1, /^is not UTF-8 text/],
  ["a second document", file("---", "config: {}"), 3, /^begins a second document \(---\); keep only/],
  ["a list in place of settings", "- datadog-hosts:project\n", 1, /^has no settings; write `config:`/],
  ["nothing", "", 1, /^has no settings/],
  [
    "an API key in the clear",
    file("  datadog-hosts:apiKey: not-to-be-shown"),
    3,
    /^has datadog-hosts:apiKey in the clear, not encrypted: .*pulumi config set --secret datadog-hosts:apiKey`, and replace/,
  ],
  [
    "a registry's password in the clear",
    file("  datadog-hosts:registries:", "    - address: r", "      password: not-to-be-shown"),
    5,
    /^has password in the clear, not encrypted: .*registries\[0\]\.password'`.*change the password$/,
  ],
  [
    "a second registry's password in the clear",
    file(
      ...["  datadog-hosts:registries:", "    - address: r", `      password: ${encrypted}`],
      ...["    - address: s", "      password: not-to-be-shown"],
    ),
    7,
    /^has password in the clear/,
  ],
])("%s is refused with its line and what to do", (_, text, line, problem) => {
  const problems = stackFileProblems(text);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.line).toBe(line);
  expect(problems[0]?.problem).toMatch(problem);
  expect(problems[0]?.problem).not.toContain("not-to");
});

test("a container's variable may be called password", () => {
  expect(stackFileProblems(file("  datadog-hosts:agent:", "    environment: { password: x }"))).toEqual([]);
});

test("encrypted secrets, comments and texts with tabs are accepted", () => {
  const lines = [`  datadog-hosts:apiKey: ${encrypted}`, "  datadog-hosts:registries:", `    - password: ${encrypted}`];
  expect(stackFileProblems(file(...lines, '  datadog-hosts:user: "a\tb" # a\tcomment', "\t"))).toEqual([]);
});

test("the message names file and line of all problems at once", () => {
  const text = file("  datadog-hosts:apiKey: not-to-be-shown", "  datadog-hosts:registries: [{ password: hidden }]");
  writeFileSync(join(folder, "Pulumi.store-staging.yaml"), text);
  expect(() => checkStackFile(folder, "store-staging")).toThrow(
    /^The file of stack store-staging can't be used; nothing was touched\.\n {2}\S+Pulumi\.store-staging\.yaml:3: has .*\n {2}\S+yaml:4: has password/,
  );
});
