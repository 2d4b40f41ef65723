import { describe, expect, test } from "vitest";

import { formatPath, SettingsError } from "../../../infra/settings/problems";
import { readSettings } from "../../../infra/settings/read";
import { stackSchema } from "../../../infra/settings/schema/stack";
import { useStack } from "../../golden/graph";
import { badSettings, settingsWith, startOfLine, type BadSetting } from "./bad-settings";
import { smallestConfig } from "./fixtures";

const secrets = ["apiKey", "registries"];
const all = badSettings(stackSchema);

/** The lines that settings are refused with, one a problem. */
function refusal(config: unknown): string[] {
  useStack({ stack: "store-staging", config: config as Record<string, unknown>, secrets });
  try {
    readSettings();
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message.split("\n");
  }
  throw new Error("the settings were taken");
}

const kinds = [...new Set(all.map(({ kind }) => kind))];

describe.each(kinds)("%s", (kind) => {
  const cases = all
    .filter((bad) => bad.kind === kind)
    .map((bad): [string, BadSetting] => [`${formatPath(bad.path)} = ${JSON.stringify(bad.value)}`.slice(0, 120), bad]);

  test.each(cases)("%s", (_, bad) => {
    const [heading, ...problems] = refusal(settingsWith(stackSchema, [bad]));
    expect(heading).toMatch(/^The settings of this stack can't be used \(\d problems?\); nothing was touched\.$/);
    const start = startOfLine(bad);
    for (const problem of problems) expect(problem).toMatch(start);
    const said = problems.map((problem) => problem.replace(start, "")).join("\n");
    expect(said).toMatch(new RegExp(`^${bad.says.source}`));
    expect(said).toMatch(remedy);
    if (bad.secret && typeof bad.value === "string" && bad.value.length > 1) expect(said).not.toContain(bad.value);
  });
});

/** What to write instead: an example, a form, a range, the words to choose from, a type or a command. */
const remedy =
  /write (for example|the line)|has the wrong form: .* must be |at (least|most) \d|is not one of these: \w|is none of the hosts|is not (a|true)|the nearest one is|set it with `|choose another|needs (at least one|a form and a command)|is empty; write a value|write it once|each host has its own|remove ".*" here/;

test("every key of the schema is in it, with what is required missing", () => {
  const touched = new Set(all.map(({ path }) => formatPath(path)));
  for (const key of ["project", "hosts", "hosts[0].jump.hostKey", "registries[0].password", "agent.mounts[0].target"]) {
    expect(touched).toContain(key);
    expect(all.filter((bad) => bad.kind === "missing").map(({ path }) => formatPath(path))).toContain(key);
  }
  for (const list of ["hosts", "hosts[0].networks", "tags", "agent.mounts", "registries"]) {
    expect(all.filter((bad) => bad.kind === "duplicate").map(({ path }) => formatPath(path))).toContain(list);
  }
  expect(touched.size).toBeGreaterThan(250);
});

test("a secret of any form stays out of the message", () => {
  const registries = [
    { address: "registry.example", username: "reader", password: "correct-horse", pasword: "battery" },
  ];
  const message = refusal({ ...smallestConfig, apiKey: "correct-horse-too", registries }).join("\n");
  expect(message).toMatch(/datadog-hosts:apiKey: has the wrong form/);
  expect(message).toMatch(/registries\[0\]\.pasword: is not a setting; the nearest one is "password"/);
  expect(message).not.toMatch(/correct-horse|battery/);
});

describe("duplicates", () => {
  const [host] = smallestConfig.hosts;
  const otherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINvAroFyNerM4P7GOlJFeYQmqoj9VhNouqHu2Mr6XCNK";
  const other = { name: "web-2", address: "192.0.2.11", hostKey: otherKey };

  test.each<[string, unknown[], RegExp]>([
    [
      "name",
      [host, { ...other, name: "web-1" }],
      /hosts\[1\]\.name: is the same as hosts\[0\]\.name; each host has its own/,
    ],
    [
      "host key",
      [host, { ...other, hostKey: host.hostKey }],
      /hosts\[1\]\.hostKey: is the same as hosts\[0\]\.hostKey; each host has its own; list a machine once, .*ssh-keygen -A/,
    ],
    [
      "former name",
      [host, { ...other, formerNames: ["web-1"] }],
      /hosts\[1\]\.formerNames\[0\]: is the same as hosts\[0\]\.name/,
    ],
    [
      "former name within one host",
      [{ ...host, formerNames: ["old", "old"] }],
      /hosts\[0\]\.formerNames\[1\]: is the same as hosts\[0\]\.formerNames\[0\]/,
    ],
  ])("of a host's %s are refused", (_, hosts, expected) => {
    expect(refusal({ ...smallestConfig, hosts }).join("\n")).toMatch(expected);
  });
});

describe("a list with duplicates", () => {
  const mount = { source: "/srv/checks", target: "/checks.d" };
  const registry = { address: "registry.example", username: "reader", password: "correct-horse" };

  test.each<[string, Record<string, unknown>, RegExp]>([
    ["networks", { networks: ["a", "b", "a"] }, /datadog-hosts:networks\[2\]: is the same as entry 0: write it once/],
    ["links", { links: ["a", "a"] }, /datadog-hosts:links\[1\]: is the same as entry 0: write it once/],
    ["tags", { tags: ["team:a", "team:a"] }, /datadog-hosts:tags\[1\]: is the same/],
    ["integrations", { integrations: ["docker", "docker"] }, /datadog-hosts:integrations\[1\]: is the same/],
    ["noProxy", { proxy: { noProxy: ["10.0.0.1", "10.0.0.1"] } }, /datadog-hosts:proxy\.noProxy\[1\]: is the same/],
    [
      "mounts",
      { agent: { mounts: [mount, { ...mount, source: "/srv/other" }] } },
      /datadog-hosts:agent\.mounts\[1\]\.target: is the same as entry 0: write it once; each entry has a target of its own/,
    ],
    [
      "registries",
      { registries: [registry, registry] },
      /datadog-hosts:registries\[1\]\.address: is the same as entry 0/,
    ],
    [
      "a host's networks",
      { hosts: [{ ...smallestConfig.hosts[0], networks: ["a", "a"] }] },
      /datadog-hosts:hosts\[0\]\.networks\[1\]: is the same as entry 0/,
    ],
  ])("%s", (_, change, expected) => {
    const message = refusal({ ...smallestConfig, ...change }).join("\n");
    expect(message).toMatch(expected);
    expect(message).not.toContain("correct-horse");
  });
});

test.each([
  [{ canary: "web-9" }, /datadog-hosts:canary: is none of the hosts: web-1/],
  [{ rollout: { canary: "web-9" } }, /datadog-hosts:rollout\.canary: is none of the hosts: web-1/],
  [
    { canary: "web-1", rollout: { canary: "web-1" } },
    /datadog-hosts:rollout\.canary: is set by canary, too; keep one of the two/,
  ],
  [{ rollout: { proof: "5s" } }, /datadog-hosts:rollout\.proof: is too short: at least 20s/],
  [{ rollout: { proof: "60" } }, /datadog-hosts:rollout\.proof: has the wrong form: it must be a time in s or m/],
])("a rollout that can't be is refused: %j", (settings, expected) => {
  expect(refusal({ ...smallestConfig, ...settings }).join("\n")).toMatch(expected);
});
