import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

import { stackNames } from "../../../tools/deploy/stacks";
import { stackFileSchema } from "../../../tools/docs/stack-file-schema";
import { smallestConfig } from "../infra/fixtures";

const schema = z.fromJSONSchema(JSON.parse(stackFileSchema()) as z.core.JSONSchema.JSONSchema);
const encrypted = { secure: "v1:abc" };
const [host] = smallestConfig.hosts;

/** Whether an editor takes a stack file with these settings. */
function takes(settings: Readonly<Record<string, unknown>>): boolean {
  const all = Object.entries({ ...smallestConfig, apiKey: encrypted, ...settings });
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
    ["a null of the stack is not", false, { jump: null }],
    ["an encrypted user is not", false, { user: encrypted }],
  ])("%s right", (_, right, settings) => {
    expect(takes(settings)).toBe(right);
  });
});
