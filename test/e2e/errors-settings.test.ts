import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

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
    { target: "up", stack: "", message: /Which stack\? Say STACK=name; in stacks\/ there are: .*shop-staging/ },
  ],
  [
    "a stack that has no file",
    {
      target: "up",
      stack: "nowhere",
      message:
        /There is no stack nowhere: stacks\/Pulumi\.nowhere\.yaml does not exist\. There are: .*shop-staging.*copy one/,
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
      message: /datadog-hosts:privateKeyFile: \S+\/missing does not exist.*name the private key that opens the hosts/,
    },
  ],
  [
    "a private key file that can't be read",
    {
      target: "up",
      settings: { privateKeyFile: folder },
      message: /datadog-hosts:privateKeyFile: \S+ can't be read \(EISDIR\); make it readable/,
    },
  ],
  [
    "a private key that is locked by a passphrase",
    {
      target: "up",
      settings: { privateKeyFile: lockedKey },
      message: /datadog-hosts:privateKeyFile: \S+\/locked is locked by a passphrase; load it into your ssh agent/,
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
        /The passphrase does not open the secrets of stack \S+: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE/,
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

describe("an error in the settings is told before anything is touched", () => {
  let deployment: ReturnType<typeof stage.deployment>;

  beforeAll(async () => {
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "locked", "-f", lockedKey]);
    deployment = stage.deployment("staging");
    await deployment.configure(stageSettings(stage, [stage.host("settings-1")], "staging"), apiKey);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each(cases)("%s", async (_, { target, settings = {}, environment, stack, message }) => {
    const host = stage.host("settings-1");
    const log = await host.sshdLog();
    const putBack = changeSettings(deployment.stackFile, settings);
    try {
      const result = await make(deployment, [target, `STACK=${stack ?? deployment.stack}`], environment);
      const secrets = [apiKey, readFileSync(deployment.passphraseFile, "utf8"), "not-the-passphrase", "PRIVATE KEY--"];
      expectOneMessage(result, message, secrets);
    } finally {
      putBack();
    }
    expect(await host.sshdLog()).toBe(log);
  });

  test("the host's log would show it", async () => {
    const host = stage.host("settings-1");
    const log = await host.sshdLog();
    await host.ssh("true");
    expect(await host.sshdLog()).not.toBe(log);
  });
});
