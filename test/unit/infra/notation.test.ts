import { expect, test } from "vitest";
import { parseDocument } from "yaml";

import { notationProblems } from "../../../infra/settings/notation";

/** The settings that are refused for how they are written. */
function refused(text: string, options?: { numbersBecomeTexts: boolean }): string[] {
  const document = parseDocument(`config:\n  ${text}\n`);
  return notationProblems(document, "datadog-hosts:", options).map(({ path }) => path);
}

test.each(["022", "0o22", "0b11", "1_000", "1_0.5", "2024-01-02", "2024-1-2 03:04:05", "-012"])(
  "%s is refused, because Pulumi reads it as something else, unless it stands in quotes",
  (value) => {
    expect(refused(`datadog-hosts:port: ${value}`)).toEqual(["port"]);
    expect(refused(`datadog-hosts:agent: { environment: { A: ${value} } }`)).toEqual(["agent.environment.A"]);
    expect(refused(`datadog-hosts:hosts: [{ tags: [a, ${value}] }]`)).toEqual(["hosts[0].tags[1]"]);
    expect(refused(`datadog-hosts:port: "${value}"`)).toEqual([]);
  },
);

test.each([
  "22",
  "0",
  "-1",
  "0x1f",
  "1e3",
  "1.5",
  "192.0.2.10",
  "2024",
  "a_b",
  "v1_0",
  "2001:db8::1",
  "0a_b",
  "no",
  "~",
])("%s is taken", (value) => {
  expect(refused(`datadog-hosts:port: ${value}`)).toEqual([]);
});

test.each(["project: 1.0", "project: 0x1f", "user: true", "site: 5"])(
  "a number or boolean in place of a text is refused where Pulumi would make a text of it: %s",
  (setting) => {
    expect(refused(`datadog-hosts:${setting}`)).toEqual([]);
    expect(refused(`datadog-hosts:${setting}`, { numbersBecomeTexts: true })).toEqual([setting.split(":")[0]]);
  },
);

test.each(["port: 22", "adopt: true", "project: shop", "project: '5'", "agent: {}"])(
  "%s is what it looks like",
  (setting) => {
    expect(refused(`datadog-hosts:${setting}`, { numbersBecomeTexts: true })).toEqual([]);
  },
);

test("the one key that JavaScript's objects drop is refused at any depth", () => {
  expect(refused("datadog-hosts:__proto__: { site: x.example }")).toEqual(["__proto__"]);
  expect(refused("datadog-hosts:agent: { environment: { __proto__: x } }")).toEqual(["agent.environment.__proto__"]);
  expect(refused("datadog-hosts:hosts: [{ '__proto__': null }]")).toEqual(["hosts[0].__proto__"]);
  expect(refused("datadog-hosts:agent: { environment: { constructor: __proto__ } }")).toEqual([]);
});
