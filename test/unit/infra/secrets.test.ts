import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";

import { secretsScript } from "../../../infra/agent/secrets";
import { HostPaths, secretsFingerprint } from "../../../infra/names";
import { SettingsError } from "../../../infra/settings/problems";
import { recordGraph, secretMark, type GraphResource } from "../../golden/graph";
import { smallestConfig } from "./fixtures";
import { runScript } from "./run-script";

const hidden = "not-to-be-shown";
const { apiKey, ...clear } = smallestConfig;
const [host] = smallestConfig.hosts;
const secret = { secure: "v1:abc" };
/** An encrypted text without characters. */
const empty = { secure: "v1:empty" };
const stack = "store-staging";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "secrets-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The content of a stack's file with all encrypted values decrypted. */
function decrypted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decrypted);
  if (typeof value !== "object" || value === null) return value;
  if ("secure" in value) return value.secure === empty.secure ? "" : hidden;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decrypted(item)]));
}

/** The program's resources with these settings in the stack's file besides the smallest ones. */
async function graph(
  settings: Readonly<Record<string, unknown>>,
  inFile: Readonly<Record<string, unknown>> = settings,
): Promise<GraphResource[]> {
  const config = Object.entries({ ...clear, ...inFile }).map(([key, value]) => [`datadog-hosts:${key}`, value]);
  const text = stringify({ config: Object.fromEntries(config) as object });
  writeFileSync(join(folder, `Pulumi.${stack}.yaml`), text);
  const keys = Object.keys(settings).filter((key) => JSON.stringify(settings[key]).includes('"secure"'));
  return recordGraph({
    stack,
    config: { ...clear, apiKey, ...(decrypted(settings) as object) },
    secrets: ["apiKey", ...keys],
    stacksFolder: folder,
    marksSecrets: true,
  });
}

/** The message that settings are refused with. */
async function refusal(...settings: Parameters<typeof graph>): Promise<string> {
  try {
    await graph(...settings);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    const { message } = error as Error;
    expect(message).not.toContain(hidden);
    return message;
  }
  throw new Error("the settings were taken");
}

interface AgentInputs {
  readonly envs: readonly string[];
  readonly mounts: readonly { readonly source: string; readonly target: string }[];
}

/** The inputs of a host's agent. */
function agentOf(resources: readonly GraphResource[], name = "web-1"): AgentInputs {
  return resources.find(({ urn }) => urn.endsWith(`::${name}-agent`))?.inputs as AgentInputs;
}

describe("an encrypted variable of the agent", () => {
  const environment = { DD_LOG_LEVEL: "warn", DD_APP_KEY: secret };

  test("is a handle in the environment, and appears nowhere in the clear", async () => {
    const resources = await graph({ agent: { environment } });
    const { envs } = agentOf(resources);
    expect(envs).toContain("DD_LOG_LEVEL=warn");
    expect(envs).toContain("DD_APP_KEY=ENC[file@/run/secrets/datadog/DD_APP_KEY]");
    expect(JSON.stringify(resources)).not.toContain(hidden);
    const files = resources.find(({ urn }) => urn.endsWith("web-1-api-key"));
    expect((files?.inputs as { stdin: unknown }).stdin).toBe(secretMark);
  });

  test("of one host is used on that host only, and overrides the stack's unencrypted value", async () => {
    const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINvAroFyNerM4P7GOlJFeYQmqoj9VhNouqHu2Mr6XCNK";
    const other = { name: "web-2", address: "192.0.2.11", hostKey: key };
    const hosts = [host, { ...other, agent: { environment: { DD_LOG_LEVEL: secret } } }];
    const resources = await graph({ agent: { environment: { DD_LOG_LEVEL: "warn" } }, hosts });
    expect(agentOf(resources, "web-1").envs).toContain("DD_LOG_LEVEL=warn");
    expect(agentOf(resources, "web-2").envs).toContain("DD_LOG_LEVEL=ENC[file@/run/secrets/datadog/DD_LOG_LEVEL]");
    expect(JSON.stringify(resources)).not.toContain(hidden);
  });

  test("is overridden by a host's own unencrypted value", async () => {
    const hosts = [{ ...host, agent: { environment: { DD_LOG_LEVEL: "debug" } } }];
    const { envs } = agentOf(await graph({ agent: { environment: { DD_LOG_LEVEL: secret } }, hosts }));
    expect(envs.filter((each) => each.startsWith("DD_LOG_LEVEL="))).toEqual(["DD_LOG_LEVEL=debug"]);
  });

  test("changes the folder that the agent reads its secrets from", async () => {
    const folderOf = (resources: GraphResource[]): string | undefined =>
      agentOf(resources).mounts.find(({ target }) => target === "/run/secrets/datadog")?.source;
    const without = folderOf(await graph({}));
    expect(without).toBe(new HostPaths("/home/core/datadog").secretsFolder(secretsFingerprint(apiKey)));
    expect(folderOf(await graph({ agent: { environment } }))).not.toBe(without);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      "that is none of the agent's settings",
      { agent: { environment: { HTTP_TOKEN: secret } } },
      /datadog-hosts:agent\.environment\.HTTP_TOKEN: is encrypted, and the agent looks up secrets only in its own settings, which begin with DD_; remove it/,
    ],
    [
      "that is empty",
      { agent: { environment: { DD_APP_KEY: empty } } },
      /agent\.environment\.DD_APP_KEY: is empty, and the agent does not start with an empty secret; remove it/,
    ],
    [
      "by which the agent looks up secrets",
      { agent: { environment: { DD_SECRET_BACKEND_ARGUMENTS: secret } } },
      /DD_SECRET_BACKEND_ARGUMENTS: is encrypted, and the agent looks up no secrets in DD_SECRET_… settings; remove it/,
    ],
    [
      "that the program sets",
      { agent: { environment: { DD_SITE: secret } } },
      /DD_SITE: is encrypted, and the program sets this variable itself/,
    ],
    [
      "of generation 5",
      { hosts: [{ ...host, agent: { generation: 5, environment: { DD_X: secret } } }] },
      /datadog-hosts:hosts\[0\]\.agent\.environment\.DD_X: is encrypted, and generation 5 of the agent takes variables only in the clear/,
    ],
    [
      "of the agent's own key",
      { agent: { environment: { DD_API_KEY: secret } } },
      /DD_API_KEY: is set by the program; remove it, and set the key with `pulumi config set --secret datadog-hosts:apiKey`$/m,
    ],
  ])("%s is refused", async (_, settings, expected) => {
    expect(await refusal(settings)).toMatch(expected);
  });
});

describe("a secret is refused", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["a variable of the generator", { generator: { environment: { TOKEN: secret } } }, "generator.environment.TOKEN"],
    ["a whole setting", { site: secret }, "site"],
    ["all of the agent's settings", { agent: secret }, "agent"],
    ["a host's address", { hosts: [{ ...host, address: secret }] }, "hosts[0].address"],
    [
      "a registry's user",
      { registries: [{ address: "r", username: secret, password: secret }] },
      "registries[0].username",
    ],
  ])("as %s, with where it would be shown and what to write", async (_, settings, key) => {
    const message = await refusal(settings);
    expect(message).toContain(`datadog-hosts:${key}: is encrypted, but would be visible`);
    expect(message).toContain(`pulumi config set --path --plaintext 'datadog-hosts:${key}' VALUE`);
  });

  test("if it is unknown which value it is", async () => {
    const settings = { agent: { environment: { DD_LOG_LEVEL: "warn", DD_APP_KEY: secret } } };
    for (const inFile of [{}, { agent: { environment: { DD_LOG_LEVEL: secret } } }, { agent: { memoryMiB: 512 } }]) {
      expect(await refusal(settings, inFile)).toMatch(
        /datadog-hosts:agent: contains a secret, but it is unknown which value that is: .*don't use --config-file/,
      );
    }
  });

  test("if it is in the clear, each password by itself", async () => {
    const registries = [
      { address: "r", username: "u", password: secret },
      { address: "s", username: "u", password: hidden },
    ];
    expect(await refusal({ registries })).toMatch(
      /datadog-hosts:registries\[1\]\.password: is in the clear; set it with `pulumi config set --path --secret/,
    );
  });

  test.each(["DD_APP_KEY", "DD_LOGS_CONFIG_API_KEY"])("in the clear as %s", async (variable) => {
    const message = await refusal({ hosts: [{ ...host, agent: { environment: { [variable]: hidden } } }] });
    const key = `datadog-hosts:hosts[0].agent.environment.${variable}`;
    expect(message).toContain(`${key}: is in the clear, and \`docker inspect\` would show it`);
    expect(message).toContain(`\`pulumi config set --path --secret '${key}'\`, and replace the key at Datadog`);
  });
});

describe("a secret in the clear is refused, and not repeated", () => {
  const key = "0123456789abcdef0123456789abcde0";
  const container = (role: string, kind: string, name: string, value: string) => ({
    [role]: { [kind]: { [name]: value } },
  });

  test.each([
    ["DD_CLUSTER_AGENT_AUTH_TOKEN", hidden],
    ["DD_SNMP_PASSWORD", hidden],
    ["DD_ADDITIONAL_ENDPOINTS", `{"https://app.datadoghq.eu": ["${key}"]}`],
    ["DD_LOGS_CONFIG_ADDITIONAL_ENDPOINTS", `[{"api_key": "${key}", "Host": "x"}]`],
    ["DD_PROXY_HTTPS", `http://user:${hidden}@proxy.example:3128`],
    ["DD_APPKEY", `${key}01234567`],
  ])("as the agent's variable %s, which can be encrypted", async (variable, value) => {
    const message = await refusal(container("agent", "environment", variable, value));
    expect(message).toContain(`datadog-hosts:agent.environment.${variable}: is in the clear`);
    expect(message).toContain(`--secret 'datadog-hosts:agent.environment.${variable}'`);
    expect(message).not.toContain(key);
  });

  test.each([
    ["agent", "environment", "CHECK_ACCESS_KEY", hidden],
    ["agent", "environment", "HTTPS_PROXY", `http://user:${hidden}@proxy.example:3128`],
    ["agent", "labels", "com.example/api-key", hidden],
    ["generator", "environment", "REGISTRY_TOKEN", hidden],
    ["generator", "labels", "owner.password", hidden],
    ["agent", "environment", "PGPASSWORD", hidden],
    ["agent", "environment", "DB_PASS", hidden],
    ["agent", "environment", "MYSQL_PWD", hidden],
    ["generator", "environment", "SIGNING_PASSPHRASE", hidden],
    ["generator", "environment", "NOTE", `ghp_${key}`],
    ["agent", "labels", "note", `Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${hidden}`],
    ["agent", "environment", "NOTE", `-----BEGIN EC PRIVATE KEY-----\n${hidden}`],
  ])("as %s.%s.%s, which can't", async (role, kind, name, value) => {
    for (const settings of [
      container(role, kind, name, value),
      { hosts: [{ ...host, ...container(role, kind, name, value) }] },
    ]) {
      const message = await refusal(settings);
      expect(message).toContain(`${role}.${kind}`);
      expect(message).toMatch(new RegExp(`is in the clear, .* from a file of the host \\(${role}\\.mounts\\)`));
    }
  });

  test.each<[string, Record<string, unknown>]>([
    ["a label", container("agent", "labels", "note", `the key is ${apiKey}`)],
    ["an address", { intake: `https://intake.example/key/${apiKey}` }],
    ["a health check", { agent: { healthCheck: { test: ["CMD", "curl", apiKey] } } }],
    ["a host's tag", { hosts: [{ ...host, tags: [`key:${apiKey}`] }] }],
  ])("where %s repeats one that is encrypted elsewhere", async (_, settings) => {
    const message = await refusal(settings);
    expect(message).toMatch(/: contains the secret of apiKey in the clear; remove it here, and change the secret/);
    expect(message).not.toContain(apiKey);
  });

  test("as the private key in place of its file", async () => {
    const message = await refusal({ privateKeyFile: `-----BEGIN OPENSSH PRIVATE KEY-----\n${hidden}\n` });
    expect(message).toContain("privateKeyFile: holds a private key itself; write the path of its file");
  });

  test.each([
    ["DD_LOGS_CONFIG_USE_TOKEN", "true"],
    ["DD_CHECK_TOKEN", "ENC[file@/own/token]"],
    ["DD_BIND_HOST", "10.0.0.1"],
    ["BYPASS", "10.0.0.1"],
    ["PWD", "/srv"],
    ["DD_URL_NOTE", "https://user@host.example/path:x"],
  ])("but a switch, a handle or another word is none: %s=%s", async (name, value) => {
    expect(agentOf(await graph(container("agent", "environment", name, value))).envs).toContain(`${name}=${value}`);
  });
});

test("a variable of a key may be a handle of the user's own", async () => {
  const { envs } = agentOf(await graph({ agent: { environment: { DD_APP_KEY: "ENC[file@/own/key]" } } }));
  expect(envs).toContain("DD_APP_KEY=ENC[file@/own/key]");
});

test("if it is unknown which part of a registry is encrypted, all of it is treated as secret", async () => {
  const resources = await graph({ registries: [{ address: "r", username: hidden, password: secret }] }, {});
  const provider = resources.find(({ urn }) => urn.endsWith("web-1-docker"));
  expect(JSON.stringify(provider)).not.toContain(hidden);
});

describe("the fingerprint of secrets", () => {
  const otherKey = "f".repeat(32);
  test("depends on each of them; with only the key it is the same as in earlier versions", () => {
    const all = [{}, { A: "1" }, { A: "2" }, { B: "1" }, { A: "1", B: "1" }].map((others) =>
      secretsFingerprint(apiKey, others),
    );
    expect(new Set(all).size).toBe(all.length);
    expect(all[0]).toBe("b96d2e34");
    expect(secretsFingerprint(apiKey, { A: "1", B: "2" })).toBe(secretsFingerprint(apiKey, { B: "2", A: "1" }));
  });

  test("does not reveal a guessable secret to anyone without the key", () => {
    expect(secretsFingerprint(apiKey, { A: "1" })).not.toBe(secretsFingerprint(otherKey, { A: "1" }));
  });
});

test.each(["two\nlines\n", "it's", "100%s \\n", "", " "])("a secret's file holds exactly the text: %j", (text) => {
  const paths = new HostPaths(join(folder, "datadog"));
  const { status, docker } = runScript(secretsScript(paths, { apiKey, others: { A: text } }));
  expect({ status, docker }).toEqual({ status: 0, docker: [] });
  const made = paths.secretsFolder(secretsFingerprint(apiKey, { A: text }));
  expect(readFileSync(join(made, "A"), "utf8")).toBe(text);
  expect(readFileSync(join(made, "api_key"), "utf8")).toBe(`${apiKey}\n`);
  for (const file of ["A", "api_key"]) expect(statSync(join(made, file)).mode & 0o777).toBe(0o400);
});
