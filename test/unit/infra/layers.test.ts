import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";

import { readSettings } from "../../../infra/settings";
import { perHost } from "../../../infra/settings/schema/per-host";
import { useStack } from "../../golden/graph";
import { smallestConfig } from "./fixtures";

const namespace = "datadog-hosts:";
const [host] = smallestConfig.hosts;
const jump = { address: "192.0.2.9", hostKey: host.hostKey };

/** Two values of each setting that a project's file, a stack and a host can have; neither is the default. */
const values: Readonly<Record<keyof typeof perHost, readonly [unknown, unknown]>> = {
  user: ["ops", "first.last@corp.example"],
  port: [2222, 2200],
  privateKeyFile: ["", ""],
  jump: [jump, { ...jump, port: 2222, user: "hop" }],
  root: ["/srv/datadog", "/srv/other+one"],
  networks: [["one"], ["two", "three"]],
  links: [["one"], ["two"]],
  passwordFiles: [
    [{ name: "one", containers: ["ab"], network: "bridge" }],
    [{ name: "two", containers: ["ab"], network: "bridge" }],
  ],
  tags: [["a:1"], ["a:2"]],
  integrations: [["docker"], ["redisdb"]],
  discovery: ["agent", "agent"],
  site: ["datadoghq.eu", "us3.datadoghq.com"],
  intake: ["https://one.example", "https://two.example"],
  proxy: [{ https: "http://one:1" }, { https: "http://two:1", noProxy: ["a"] }],
  agent: [{ memoryMiB: 64 }, { memoryMiB: 65 }],
  generator: [{ memoryMiB: 64 }, { memoryMiB: 65 }],
  logs: [{ maxFiles: 7 }, { maxFiles: 8 }],
  dogstatsd: [{ cardinality: "high" }, { cardinality: "orchestrator" }],
  apm: [{ socket: true }, { socket: true, network: true }],
  processes: [{ live: true }, { live: true, arguments: true }],
  socketFilter: [{ image: "haproxy:3.0" }, { image: "haproxy:3.2" }],
  adopt: [true, true],
};
const keys = Object.keys(values) as (keyof typeof values)[];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "layers-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The resolved settings of the only host, with values in each layer. */
function resolved(
  shared: Record<string, unknown>,
  stack: Record<string, unknown> = {},
  entry: Record<string, unknown> = {},
): unknown {
  const own: Record<string, unknown> = { ...smallestConfig, ...stack, hosts: [{ ...host, ...entry }] };
  const write = (file: string, settings: object): void => {
    const config = Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [namespace + key, value as unknown]),
    );
    writeFileSync(join(folder, file), stringify({ config }));
  };
  write("store.yaml", shared);
  write("Pulumi.store-staging.yaml", { ...own, apiKey: { secure: "v1:x" } });
  // As Pulumi provides them: null is an empty text.
  const config = Object.fromEntries(Object.entries(own).map(([key, value]) => [key, value ?? ""]));
  useStack({ stack: "store-staging", config, secrets: ["apiKey"] });
  const { apiKey, origin, ...settings } = readSettings(folder).hosts[0] ?? {};
  expect([apiKey, origin]).not.toContain(undefined);
  return settings;
}

describe("a setting is the host's, else the stack's, else the project's, else the default:", () => {
  test.each(keys.filter((key) => key !== "privateKeyFile"))("%s", (key) => {
    const [one, other] = values[key];
    const standard = resolved({});
    expect(resolved({ [key]: one })).not.toEqual(standard);
    expect(resolved({ [key]: one })).toEqual(resolved({}, { [key]: one }));
    expect(resolved({ [key]: one })).toEqual(resolved({}, {}, { [key]: one }));
    expect(resolved({ [key]: one }, { [key]: other })).toEqual(resolved({}, { [key]: other }));
    expect(resolved({ [key]: one }, { [key]: one }, { [key]: other })).toEqual(resolved({}, {}, { [key]: other }));
    expect(resolved({ [key]: one }, { [key]: null })).toEqual(standard);
    expect(resolved({ [key]: one }, {}, { [key]: null })).toEqual(standard);
    expect(resolved({ [key]: null })).toEqual(standard);
  });
});

test("a stack resets a part of its project's shared settings", () => {
  const shared = { agent: { memoryMiB: 64, environment: { A: "1", B: "2" } } };
  expect(resolved(shared, { agent: { environment: { A: null } } })).toEqual(
    resolved({}, { agent: { memoryMiB: 64, environment: { B: "2" } } }),
  );
});

test("a key of another namespace, or of none, is refused in a stack's file", () => {
  writeFileSync(
    join(folder, "Pulumi.store-other.yaml"),
    "config:\n  datadog:site: datadoghq.eu\n  port: 2222\n  pulumi:tags: {}\n",
  );
  useStack({ stack: "store-other", config: smallestConfig });
  const read = () => readSettings(folder);
  expect(read).toThrow(
    /\(stacks\/Pulumi\.store-other\.yaml\): has the key datadog:site; each key begins with datadog-hosts:$/m,
  );
  expect(read).toThrow(/: has the key port; each key begins with datadog-hosts:$/m);
  expect(read).not.toThrow(/pulumi:tags/);
});

test("an empty text is not taken for null", () => {
  writeFileSync(join(folder, "Pulumi.store-empty.yaml"), 'config:\n  datadog-hosts:site: ""\n');
  useStack({ stack: "store-empty", config: { ...smallestConfig, site: "" } });
  expect(() => readSettings(folder)).toThrow(/datadog-hosts:site: has the wrong form/);
});
