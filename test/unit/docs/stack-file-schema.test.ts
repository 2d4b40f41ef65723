import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

import { stackSchema } from "../../../infra/settings";
import { formatPath } from "../../../infra/settings/problems";
import { stackNames } from "../../../tools/deploy/stacks";
import { stackFileSchema } from "../../../tools/docs/stack-file-schema";
import { badSettings, settingsWith } from "../infra/bad-settings";
import { smallestConfig } from "../infra/fixtures";

const schema = z.fromJSONSchema(JSON.parse(stackFileSchema()) as z.core.JSONSchema.JSONSchema);
const encrypted = { secure: "v1:abc" };
const [host] = smallestConfig.hosts;

/** Whether an editor takes a stack file with these settings, and the least that it must have. */
function takes(settings: Readonly<Record<string, unknown>>): boolean {
  return takesAll({ ...smallestConfig, apiKey: encrypted, ...settings });
}

/** Whether an editor takes a stack file with these settings alone. */
function takesAll(settings: Readonly<Record<string, unknown>>): boolean {
  const all = Object.entries(settings);
  const config = Object.fromEntries(all.map(([key, value]) => [`datadog-hosts:${key}`, value]));
  return schema.safeParse({ config }).success;
}

test.each(stackNames("stacks"))("takes the file of %s", (stack) => {
  expect(schema.safeParse(parse(readFileSync(`stacks/Pulumi.${stack}.yaml`, "utf8"))).error).toBeUndefined();
});

describe("in an editor", () => {
  const registry = (password: unknown) => ({ registries: [{ address: "r", username: "u", password }] });
  const variable = (value: unknown) => ({ agent: { environment: { DD_X: value } } });

  test.each<[string, boolean, Record<string, unknown>]>([
    ["an encrypted API key is", true, {}],
    ["an API key in the clear is not", false, { apiKey: smallestConfig.apiKey }],
    ["a registry's encrypted password is", true, registry(encrypted)],
    ["a registry's password in the clear is not", false, registry("password")],
    ["an encrypted variable of the agent is", true, variable(encrypted)],
    ["a variable of the agent in the clear is", true, variable("x")],
    ["a variable of the agent that is no text is not", false, variable(5)],
    ["a host's encrypted variable of the agent is", true, { hosts: [{ ...host, ...variable(encrypted) }] }],
    ["an encrypted variable of the generator is not", false, { generator: { environment: { X: encrypted } } }],
    ["what a host undoes is", true, { hosts: [{ ...host, jump: null, agent: { environment: { X: null } } }] }],
    ["what a stack undoes of its project's is", true, { jump: null, agent: { image: null }, canary: null }],
    ["a null in place of what is required is not", false, { project: null }],
    ["a port as `pulumi config set` writes it is", true, { port: "2222" }],
    ["a port out of range in quotes is not", false, { port: "65536" }],
    ["a port of a host in quotes is not", false, { hosts: [{ ...host, port: "22" }] }],
    ["an encrypted user is not", false, { user: encrypted }],
  ])("%s right", (_, right, settings) => {
    expect(takes(settings)).toBe(right);
  });
});

/** The settings as they would stand in the file, where secrets are encrypted. */
function asInFile(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { registries } = settings;
  const isRegistry = (entry: unknown): entry is object =>
    typeof entry === "object" && entry !== null && "password" in entry;
  return {
    ...settings,
    ...(settings["apiKey"] === smallestConfig.apiKey && { apiKey: encrypted }),
    ...(Array.isArray(registries) && {
      registries: registries.map((entry: unknown) => (isRegistry(entry) ? { ...entry, password: encrypted } : entry)),
    }),
  };
}

test("an editor refuses whatever the program refuses in a single setting, and takes what it takes", () => {
  const differences = badSettings(stackSchema)
    .filter(({ secret }) => !secret)
    .flatMap((bad) => {
      const settings = settingsWith(stackSchema, [bad], smallestConfig) as Record<string, unknown>;
      const right = stackSchema.safeParse(settings).success;
      return takesAll(asInFile(settings)) === right ? [] : [`${bad.kind}: ${formatPath(bad.path)} is right: ${right}`];
    });
  expect(differences).toEqual([]);
});
