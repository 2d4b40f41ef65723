import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";

import { formatPath } from "../../infra/settings/problems";
import { stackSchema } from "../../infra/settings/schema/stack";
import { badSettings, compatible, settingsWith, startOfLine, type BadSetting } from "../unit/infra/bad-settings";
import { run } from "../../tools/shared/run";
import { expectOneMessage, make } from "./support/make";
import { changeSettings } from "./support/stack-settings";
import { apiKey, setStage, stageSettings } from "./support/stage";

const stage = setStage("errors-settings", { "settings-1": {} });

/** A folder for files that settings name. */
const folder = mkdtempSync(join(tmpdir(), "errors-settings-"));
const lockedKey = join(folder, "locked");

interface Case {
  readonly target: "preview" | "up";
  /** Settings that differ from those that would do. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What differs in the stack file's text beyond that. */
  readonly edit?: (text: string) => string;
  /** What differs in the environment. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Default: the stack's own. */
  readonly stack?: string;
  /** What is wrong, where, and what to do. */
  readonly message: RegExp;
}

const cases: readonly (readonly [string, Case])[] = [
  [
    "no stack",
    { target: "up", stack: "", message: /No stack is given\. Set STACK=name; in stacks\/ there are: .*shop-staging/ },
  ],
  [
    "a stack that has no file",
    {
      target: "up",
      stack: "nowhere",
      message:
        /There is no stack nowhere: stacks\/Pulumi\.nowhere\.yaml does not exist\. There are: .*shop-staging.*To create a new one: make init/,
    },
  ],
  [
    "a key that is missing, and one that is malformed",
    {
      target: "up",
      settings: { project: undefined, "hosts.0.hostKey": "ssh-rsa AAAA" },
      message:
        /2 problems\); nothing was touched\.\n +datadog-hosts:project: is missing; write .*project: shop\n +datadog-hosts:hosts\[0\]\.hostKey: is not an ed25519 host key; write .*ssh-keyscan/,
    },
  ],
  [
    "a tab",
    {
      target: "up",
      edit: (text) => text.replace("  datadog-hosts:project", "\tdatadog-hosts:project"),
      message:
        /The file of stack \S+ can't be used; nothing was touched\.\n +stacks\/Pulumi\.\S+\.yaml:\d+: is indented with a tab.*indent with two spaces/,
    },
  ],
  [
    "a key that stands twice",
    {
      target: "up",
      edit: (text) => text.replace(/^( +datadog-hosts:project: ).*$/m, "$&\n$1other"),
      message: /\.yaml:\d+: has the key datadog-hosts:project a second time in the same mapping; keep one of them/,
    },
  ],
  [
    "an API key that is not encrypted",
    {
      target: "up",
      settings: { apiKey },
      message: /\.yaml:\d+: has datadog-hosts:apiKey in the clear, not encrypted: .*pulumi config set --secret/,
    },
  ],
  [
    "a registry's password that is not encrypted",
    {
      target: "preview",
      settings: { registries: [{ address: "registry.example", username: "reader", password: apiKey }] },
      message: /\.yaml:\d+: has password in the clear, not encrypted: .*pulumi config set --path --secret/,
    },
  ],
  [
    "a text in place of a number",
    {
      target: "up",
      settings: { port: "many" },
      message: /datadog-hosts:port: is not a number; write for example port: 22/,
    },
  ],
  [
    "a former name that stands twice",
    {
      target: "up",
      settings: { "hosts.0.formerNames": ["old-1", "old-1"] },
      message:
        /datadog-hosts:hosts\[0\]\.formerNames\[1\]: is the same as hosts\[0\]\.formerNames\[0\]; a former name must not/,
    },
  ],
  [
    "no API key",
    {
      target: "preview",
      settings: { apiKey: undefined },
      message: /datadog-hosts:apiKey: is missing; set it with `pulumi config set --secret datadog-hosts:apiKey`/,
    },
  ],
  [
    "a private key file that does not exist",
    {
      target: "up",
      settings: { privateKeyFile: join(folder, "missing") },
      message: /datadog-hosts:privateKeyFile: \S+\/missing does not exist.*name the private key for the hosts/,
    },
  ],
  [
    "a private key file that is a folder",
    {
      target: "up",
      settings: { privateKeyFile: folder },
      message: /datadog-hosts:privateKeyFile: \S+ is a folder; name the private key's file in it/,
    },
  ],
  [
    "a private key that is locked by a passphrase",
    {
      target: "up",
      settings: { privateKeyFile: lockedKey },
      message: /datadog-hosts:privateKeyFile: \S+\/locked needs a passphrase; load it into your ssh agent/,
    },
  ],
  [
    "no passphrase",
    {
      target: "up",
      environment: { PULUMI_CONFIG_PASSPHRASE_FILE: undefined },
      message: /The passphrase of the stack's secrets is missing: set PULUMI_CONFIG_PASSPHRASE/,
    },
  ],
  [
    "a wrong passphrase",
    {
      target: "up",
      environment: { PULUMI_CONFIG_PASSPHRASE_FILE: undefined, PULUMI_CONFIG_PASSPHRASE: "not-the-passphrase" },
      message:
        /The passphrase does not decrypt the secrets of stack \S+: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE/,
    },
  ],
  [
    "a passphrase file that does not exist",
    {
      target: "preview",
      environment: { PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, "missing") },
      message: /PULUMI_CONFIG_PASSPHRASE_FILE names, \S+\/missing, can't be read \(ENOENT\): name a file/,
    },
  ],
];

/**
 * Each class of error once for each top-level key, since each group of them takes an `up`. The unit tests have all of them for
 * all keys; what Pulumi makes of a stack file differs by top-level key alone. Secrets are encrypted, so they have cases of
 * their own.
 */
const generated = [
  ...badSettings(stackSchema)
    .filter(({ kind, secret }) => !secret || kind === "unknown neighbour")
    // Names are held against each other once each of them is right by itself: a case of its own too.
    .filter(({ kind, path }) => kind !== "duplicate" || path.at(-1) !== "formerNames")
    .reduce((found, bad) => {
      const topLevel = bad.kind === "unknown neighbour" ? String(bad.path[0]).replace(/^x/, "") : bad.path[0];
      const key = `${bad.kind} of ${String(topLevel)}`;
      return found.has(key) ? found : found.set(key, bad);
    }, new Map<string, BadSetting>())
    .values(),
];

/** The text of a stack file with some settings wrong: as good as encrypted where something must be. */
function withBadSettings(text: string, group: readonly BadSetting[]): string {
  const file = parse(text) as { config: Record<string, unknown> };
  const entries = Object.entries(file.config).map(([key, value]) => [key.replace("datadog-hosts:", ""), value]);
  const base = Object.fromEntries(entries) as Record<string, unknown>;
  const wrong = settingsWith(stackSchema, group, base) as Record<string, unknown>;
  const registries = wrong["registries"];
  for (const registry of Array.isArray(registries) ? (registries as unknown[]) : []) {
    if (typeof registry === "object" && registry !== null && "password" in registry) registry.password = base["apiKey"];
  }
  const config = Object.entries(wrong).map(([key, value]) => [`datadog-hosts:${key}`, value]);
  return stringify({ ...file, config: Object.fromEntries(config) as object }, { aliasDuplicateObjects: false });
}

describe("an error in the settings is reported before anything is changed", () => {
  let deployment: ReturnType<typeof stage.deployment>;

  beforeAll(async () => {
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "locked", "-f", lockedKey]);
    deployment = stage.deployment("staging");
    await deployment.configure(stageSettings(stage, [stage.host("settings-1")], "staging"), apiKey);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each(cases)("%s", async (_, { target, settings = {}, edit, environment, stack, message }) => {
    const host = stage.host("settings-1");
    const log = await host.sshdLog();
    const putBack = changeSettings(deployment.stackFile, settings);
    if (edit) writeFileSync(deployment.stackFile, edit(readFileSync(deployment.stackFile, "utf8")));
    try {
      const result = await make(deployment, [target, `STACK=${stack ?? deployment.stack}`], environment);
      const secrets = [apiKey, readFileSync(deployment.passphraseFile, "utf8"), "not-the-passphrase", "PRIVATE KEY--"];
      expectOneMessage(result, message, secrets);
    } finally {
      putBack();
    }
    expect(await host.sshdLog()).toBe(log);
  });

  test.each(compatible(generated).map((group, index): [number, readonly BadSetting[]] => [index + 1, group]))(
    "every top-level key of the schema with every class of error, group %d",
    async (_, group) => {
      const host = stage.host("settings-1");
      const log = await host.sshdLog();
      const before = readFileSync(deployment.stackFile, "utf8");
      writeFileSync(deployment.stackFile, withBadSettings(before, group));
      try {
        const { status, output } = await make(deployment, ["up", `STACK=${deployment.stack}`]);
        expect(status, output).not.toBe(0);
        expect(
          output.match(
            /The settings of this stack can't be used \(\d+ problems?\); nothing was touched\.\n +datadog-hosts:/g,
          ),
        ).toHaveLength(1);
        const lines = output.split("\n");
        for (const bad of group) {
          const start = startOfLine(bad);
          const told = lines.filter((line) => start.test(line)).map((line) => line.replace(start, ""));
          expect(told.length, `${formatPath(bad.at)} in ${output}`).toBeGreaterThan(0);
          expect(told.join("\n")).toMatch(new RegExp(`^${bad.says.source}`, "m"));
        }
        expect(lines.filter((line) => /^ +at .*[:(]/.test(line))).toEqual([]);
        for (const secret of [apiKey, "not-to-be-shown"]) expect(output).not.toContain(secret);
      } finally {
        writeFileSync(deployment.stackFile, before);
      }
      expect(await host.sshdLog()).toBe(log);
    },
  );

  test("the host's log would show it", async () => {
    const host = stage.host("settings-1");
    const log = await host.sshdLog();
    await host.ssh("true");
    expect(await host.sshdLog()).not.toBe(log);
  });
});
