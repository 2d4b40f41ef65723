import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

import { applyResets } from "../../../infra/settings/merge";
import { readSettings } from "../../../infra/settings/read";
import { perHost } from "../../../infra/settings/schema/per-host";
import { shapeOf } from "../../../infra/settings/schema/walk";
import { useStack } from "../../golden/graph";
import { smallestConfig } from "./fixtures";

const [host] = smallestConfig.hosts;
const jump = { address: "192.0.2.10", hostKey: host.hostKey };

/** The resolved settings of the only host, with these values in its entry and in its stack. */
function resolved(stack: Record<string, unknown>, entry: Record<string, unknown>): unknown {
  useStack({ stack: "shop-staging", config: { ...smallestConfig, ...stack, hosts: [{ ...host, ...entry }] } });
  const { apiKey, origin, ...settings } = readSettings().hosts[0] ?? {};
  expect([apiKey, origin]).not.toContain(undefined);
  return settings;
}

/** The path of every setting that a host may leave out. */
function optionalPaths(shape: Readonly<Record<string, z.core.$ZodType>>, at: readonly string[] = []): string[][] {
  return Object.entries(shape).flatMap(([key, schema]) => {
    const path = [...at, key];
    const below = optionalPaths(shapeOf(schema) ?? {}, path);
    return schema instanceof z.ZodOptional ? [path, ...below] : below;
  });
}

/** `{ a: { b: value } }` for the path `a.b`. For a jump host, the required address and key are added. */
function at([key = "", ...rest]: readonly string[], value: unknown): Record<string, unknown> {
  const inner = rest.length === 0 ? value : at(rest, value);
  return { [key]: key === "jump" && rest.length > 0 ? { ...jump, ...(inner as object) } : inner };
}

let keyFile = "";
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "undo-"));
  keyFile = join(folder, "key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", keyFile]);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a null in a host's settings", () => {
  test.each(optionalPaths(perHost).map((path) => [path.join("."), path] as const))("is taken at %s", (_, path) => {
    expect(() => resolved({}, at(path, null))).not.toThrow();
  });

  test.each<[string, () => Record<string, unknown>, Record<string, unknown>]>([
    ["a jump host", () => ({ jump }), { jump: null }],
    ["a user", () => ({ user: "ops" }), { user: null }],
    ["a private key", () => ({ privateKeyFile: keyFile }), { privateKeyFile: null }],
    ["a folder", () => ({ root: "/srv/datadog" }), { root: null }],
    ["networks", () => ({ networks: ["backend"] }), { networks: null }],
    ["an image", () => ({ agent: { image: "own/agent:7" } }), { agent: { image: null } }],
    ["all of the agent's settings", () => ({ agent: { generation: 5, memoryMiB: 64 } }), { agent: null }],
    ["a variable", () => ({ agent: { environment: { A: "1" } } }), { agent: { environment: { A: null } } }],
    ["a label", () => ({ generator: { labels: { a: "1" } } }), { generator: { labels: { a: null } } }],
    ["a proxy", () => ({ proxy: { https: "http://p:1" } }), { proxy: { https: null } }],
  ])("resets %s of the stack: the default applies", (_, stack, entry) => {
    expect(resolved(stack(), {})).not.toEqual(resolved({}, {}));
    expect(resolved(stack(), entry)).toEqual(resolved({}, {}));
  });

  test("leaves its siblings", () => {
    const stack = { agent: { memoryMiB: 64, environment: { A: "1", B: "2" } } };
    expect(resolved(stack, { agent: { environment: { A: null, C: "3" } } })).toMatchObject({
      agent: { memoryMiB: 64, environment: { B: "2", C: "3" } },
    });
  });

  test("is refused if the setting is required", () => {
    expect(() => resolved({}, { address: null })).toThrow(/hosts\[0\]\.address: is not a text/);
    expect(() => resolved({ jump }, { jump: { ...jump, address: null } })).toThrow(/hosts\[0\]\.jump\.address: is not/);
  });
});

test("a reset value is removed from the lower layer, and the upper layer has no nulls", () => {
  expect(applyResets({ a: 1, b: { c: 1, d: 2 }, e: 1 }, { a: null, b: { c: null, f: 3 }, g: { h: null } })).toEqual({
    lower: { b: { d: 2 }, e: 1 },
    upper: { b: { f: 3 }, g: {} },
  });
});
