import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { logHintVariables } from "../../infra/integrations";
import { containerFixture } from "./harness";
import { renderConfigs, type TemplateSettings } from "./render-configs";
import { declared, servicesOf } from "./services";

/**
 * What the vendor's agent of generation 7 would put in the place of a file's texts (pkg/util/tmplvar and comp/core/secrets
 * of its sources): a variable anywhere in a text, between %% or the sign that the agent
 * takes for it, or a handle that is the whole of it but for blanks around it.
 */
function resolvedIn(config: unknown): string[] {
  if (typeof config === "string") {
    const handle = config.replace(/^[ \t]+|[ \t]+$/g, "");
    return /(%%|‰).+?(%%|‰)/s.test(config) || (handle.startsWith("ENC[") && handle.endsWith("]")) ? [config] : [];
  }
  if (typeof config !== "object" || config === null) return [];
  return Object.entries(config).flatMap(([key, value]) => [...resolvedIn(key), ...resolvedIn(value)]);
}

/** Every variable and label by which a container says something, and the labels that become tags. */
const names = servicesOf(7).map(({ name }) => name);
const own = names.map((name) => [`CONNECTION_${name.toUpperCase()}`, `datadog-hosts.${name}.connection`] as const);
const variables = [...Object.keys(declared), ...own.map(([variable]) => variable), "DD_ENV", "DD_SERVICE", "DD_VERSION"];
const labels = [
  ...[...Object.values(declared), "service", "status-page"].map((word) => `datadog-hosts.${word}`),
  ...own.map(([, label]) => label),
];
const tagLabels = ["env", "service", "version"].map((tag) => `com.datadoghq.tags.${tag}`);

const handle = fc.constantFrom(
  "ENC[file@/run/secrets/datadog/api_key]",
  "ENC[file@/host/proc/1/environ]",
  "ENC[env@DD_API_KEY]",
  "enc[x]",
  "ENC[]",
  "%%env_DD_API_KEY%%",
  "%%host%%",
  "‰env_DD_API_KEY‰",
  "%%env_DD_API_KEY‰",
  "%%port_0%%",
  "%%%%",
  "ENC[%%env_DD_HOSTNAME%%]",
);
const around = fc.constantFrom("", " ", "\t", "\r\n", "\u00a0", '"', "'", ",", "0,", ",x", "a:", "/", "/%", "%", "%%", "E", "ENC", "[", "]", "\\", "\\x25", "\u200b");
const words = fc.array(fc.oneof(handle, around, fc.string({ unit: "binary", maxLength: 8 })), { maxLength: 5 });
/** What an attacker may say: pieces of handles and variables, in every order. */
const hostile = words.map((pieces) => pieces.join("").replaceAll("\0", ""));

const attacker = fc.record({
  services: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
  variables: fc.dictionary(fc.constantFrom(...variables), hostile, { maxKeys: 4 }),
  labels: fc.dictionary(fc.constantFrom(...labels, ...tagLabels), hostile, { maxKeys: 4 }),
});

const neighbours = names.map((service, index) =>
  containerFixture({
    name: `neighbour-${service}`,
    env: { SERVICE: service, CONNECTION: "3,honest", PROJECT: "honest" },
    // Some services have no usual port.
    exposedPorts: [7000],
    networks: { bridge: { ip: `172.18.0.${index + 2}` } },
  }),
);

const settings = (generation: 5 | 7): TemplateSettings => ({
  generation,
  // Their pages are made of addresses alone, and each would have all containers looked at once more.
  statusPages: false,
  passwordFiles: [{ name: "cart", containers: ["owner"], network: "bridge" }],
  passwords: { cart: "of-the-owner\n" },
});

describe.each([
  [7, 8],
  [5, 4],
] as const)("with generation %i", (generation, runs) => {
  const attackers = 200;
  const services = servicesOf(generation);

  test(`no word of ${runs * attackers} hostile containers is resolved, and their neighbours' files stay as they are`, async () => {
    const alone = await renderConfigs(neighbours, settings(generation));
    await fc.assert(
      fc.asyncProperty(fc.array(attacker, { minLength: attackers, maxLength: attackers }), async (made) => {
        const fixtures = made.map((each, index) =>
          containerFixture({
            name: `attacker-${index}`,
            env: { ...each.variables, SERVICE: each.services.join(",") },
            labels: each.labels,
            networks: { bridge: { ip: `172.17.${1 + (index >> 8)}.${index & 255}` } },
          }),
        );
        const { files, instances } = await renderConfigs([...fixtures, ...neighbours], settings(generation));
        for (const [file, text] of Object.entries(files)) {
          expect(resolvedIn(parse(text)), file).toEqual([]);
          // Nor in a comment, or where something else than YAML reads the file.
          expect(text, file).not.toMatch(/%%|‰|\\u2030|ENC\[/i);
          expect(text, file).not.toContain("of-the-owner");
        }
        if (generation === 7) {
          // The file with the remarks is that of all containers; an instance's is its own.
          const own = Object.entries(alone.files).filter(([file]) => /[0-9a-f]{64}/.test(file));
          expect(own).toHaveLength(services.length);
          for (const [file, text] of own) expect(files[file], file).toBe(text);
        } else {
          for (const service of services) {
            expect(instances(service.check)).toEqual(expect.arrayContaining(alone.instances(service.check) ?? []) as unknown);
          }
        }
      }),
      { numRuns: runs },
    );
  }, 400_000);
});

test("no word of 200 hostile containers is resolved in a config of their logs, and their neighbour's stays as it is", async () => {
  const logs = { all: true, declared: false };
  const neighbour = containerFixture({ name: "neighbour", env: { SERVICE: "redis", PROJECT: "honest" } });
  const alone = Object.entries((await renderConfigs([neighbour], { statusPages: false, logs })).files);
  const [file = "", text] = alone.find(([path]) => path.startsWith("container_logs.d/")) ?? [];
  const ofLogs = [
    ...Object.keys(logHintVariables).map((word) => `datadog-hosts.${word}`),
    ...["logs", "checks", "check.id"].map((word) => `com.datadoghq.ad.${word}`),
    ...tagLabels,
  ];
  const talkers = fc.record({
    env: fc.dictionary(fc.constantFrom(...Object.values(logHintVariables), "SERVICE", "PROJECT", "DATADOG_TAGS"), hostile, { maxKeys: 4 }),
    labels: fc.dictionary(fc.constantFrom(...ofLogs), hostile, { maxKeys: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(talkers, { minLength: 100, maxLength: 100 }), async (made) => {
      const attackers = made.map((each, index) => containerFixture({ name: `attacker-${index}`, ...each }));
      const { files } = await renderConfigs([...attackers, neighbour], { statusPages: false, logs });
      expect(files[file]).toBe(text);
      for (const [path, written] of Object.entries(files).filter(([name]) => name.startsWith("container_logs.d/"))) {
        expect(resolvedIn(parse(written)), path).toEqual([]);
        expect(written, path).not.toMatch(/%%|‰|\\u2030|ENC\[/i);
        const { logs: entries } = parse(written) as { logs: Record<string, unknown>[] };
        for (const entry of entries) expect(["source", "service", "tags"], path).toEqual(expect.arrayContaining(Object.keys(entry)));
      }
    }),
    { numRuns: 2 },
  );
}, 200_000);

describe("a container that declares a handle or a variable", () => {
  test.each([
    ["CONNECTION", "0,ENC[file@/run/secrets/datadog/api_key]"],
    ["CONNECTION", "0, ENC[file@/etc/shadow] "],
    ["CONNECTION", "0,%%env_DD_API_KEY%%"],
    ["CONNECTION", "0,‰env_DD_API_KEY‰"],
    ["CONNECTION_USERNAME", "ENC[x]"],
    ["CONNECTION", "0,half an ENC[ is one too"],
  ])("gets no instance, and a comment says why: %s=%s", async (variable, value) => {
    const container = containerFixture({ name: "attacker", env: { SERVICE: "redis", [variable]: value } });
    for (const generation of [5, 7] as const) {
      const { files, instances } = await renderConfigs([container], { generation });
      expect(instances("redisdb")).toEqual([]);
      const [, text = ""] = Object.entries(files).find(([file]) => file.endsWith("redisdb.yaml")) ?? [];
      expect(text).toMatch(/^ {2}# "attacker" has no instance: its (connection|username) looks like [^.]*\.$/m);
    }
  });

  test("keeps its instance without the tag if only a tag does, and a comment says so", async () => {
    const container = containerFixture({
      name: "attacker",
      env: { SERVICE: "redis", PROJECT: "ENC[x]", DATADOG_TAGS: "a:b, %%host%%,c:d" },
      labels: { "com.datadoghq.tags.env": "%%env_DD_API_KEY%%" },
    });
    const { files, instances } = await renderConfigs([container]);
    expect(instances("redisdb")).toMatchObject([{ tags: ["environment:staging", "a:b", "c:d"] }]);
    expect(Object.values(files).join("")).toMatch(
      /^ {2}# "attacker" has tags that are left out, of project, env, DATADOG_TAGS: they look like a secret handle/m,
    );
  });

  test("can't fill the generator's memory for drafts with text", async () => {
    const long = "\u{1f600}".repeat(30_000);
    const containers = Array.from({ length: 20 }, (_, index) =>
      containerFixture({
        name: `attacker-${index}`,
        env: {
          ...Object.fromEntries(variables.map((variable) => [variable, long])),
          PASSWORD_FILE: "",
          SERVICE: names.slice(0, 5).join(","),
        },
        labels: Object.fromEntries(tagLabels.map((label) => [label, long])),
      }),
    );
    const { files } = await renderConfigs(containers);
    expect(Object.values(files).join("").length).toBeLessThan(100_000);
    expect(Object.values(files).join("")).toContain("is longer than 2,000 characters");
  });
});

test("long labels and a long name keep neither the generator busy nor its memory for drafts", async () => {
  const long = "a,".repeat(60_000);
  const containers = ["http,tcp,tls,openmetrics", long].map((service, index) =>
    containerFixture({
      name: `attacker-${index}-${"n".repeat(20_000)}`,
      env: {},
      labels: {
        ...Object.fromEntries([...labels, ...tagLabels].map((label) => [label, long])),
        "datadog-hosts.service": service,
        "datadog-hosts.password-file": "",
        "com.datadoghq.ad.checks": JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, key) => [`c${key}`, {}]))),
      },
      exposedPorts: [7000],
    }),
  );
  const { files, instances } = await renderConfigs([...containers, ...neighbours], {
    ...settings(7),
    logs: { all: true, declared: false },
  });
  expect(instances("redisdb")).toHaveLength(1);
  expect(instances("openmetrics")).toHaveLength(1);
  const text = Object.values(files).join("");
  expect(text.length).toBeLessThan(100_000);
  expect(text).toMatch(/"attacker-0-n+" has no instance: its connection is longer than 2,000 characters/);
});

test("a list of metrics that is too long gives no instance, and a comment says so", async () => {
  const container = containerFixture({ name: "app", env: { SERVICE: "openmetrics", METRICS: "a_b,".repeat(501) }, exposedPorts: [1] });
  const { files, instances } = await renderConfigs([container]);
  expect(instances("openmetrics")).toEqual([]);
  expect(files["openmetrics.d/openmetrics.yaml"]).toContain('# "app" has no instance: its metrics is longer than 2,000 characters');
});

describe("a password file", () => {
  const networks = { bridge: { ip: "172.17.0.5" }, backend: { ip: "172.20.0.5" } };
  const bound: TemplateSettings = {
    networks: ["backend"],
    passwordFiles: [{ name: "cart", containers: ["cart-redis", "cart-postgres"], network: "backend" }],
    passwords: { cart: "\ufeffs3cret \r\n", other: "another's", "cart cart-redis": "no file" },
  };
  const says = (name: string, env: Record<string, string>, options: Partial<Parameters<typeof containerFixture>[0]> = {}) =>
    containerFixture({ name, networks, ...options, env: { SERVICE: "redis", ...env } });

  test("is read without its line end if the stack binds it to the container and a network", async () => {
    const { instances } = await renderConfigs(
      [says("cart-redis", { PASSWORD_FILE: "cart", CONNECTION: "2,ignored" }), says("cart-postgres", { SERVICE: "postgres" }, { labels: { "datadog-hosts.password-file": "cart" } })],
      bound,
    );
    expect(instances("redisdb")).toMatchObject([{ host: "172.20.0.5", db: 2, password: "s3cret " }]);
    expect(instances("postgres")).toMatchObject([{ host: "172.20.0.5", password: "s3cret " }]);
  });

  test.each<[string, string, Record<string, string>, Partial<Parameters<typeof containerFixture>[0]>, RegExp]>([
    ["another container", "thief", { PASSWORD_FILE: "cart", PROJECT: "shop" }, {}, /the stack does not let it use the password file/],
    ["another's file", "cart-redis", { PASSWORD_FILE: "other" }, {}, /the stack does not let it use the password file/],
    ["a path", "cart-redis", { PASSWORD_FILE: "../datadog-passwords/cart" }, {}, /the stack does not let it use the password file/],
    ["a name with blanks", "cart-redis", { PASSWORD_FILE: "cart cart-redis" }, {}, /the stack does not let it use the password file/],
    ["another network", "cart-redis", { PASSWORD_FILE: "cart" }, { networks: { bridge: { ip: "172.17.0.5" } } }, /not on backend, the network of its password file/],
  ])("is nobody else's: %s", async (_, name, env, options, why) => {
    const { files, instances } = await renderConfigs([says(name, env, options)], bound);
    expect(instances("redisdb")).toEqual([]);
    const text = Object.values(files).join("");
    expect(text).toMatch(why);
    for (const password of Object.values(bound.passwords ?? {})) expect(text).not.toContain(password.trim());
  });

  test.each([
    ["is missing", {}, /its password file cart is missing or empty/],
    ["is empty", { cart: "\n" }, /its password file cart is missing or empty/],
    ["holds a handle", { cart: "ENC[file@/etc/shadow]" }, /its password looks like a secret handle/],
  ])("that %s gives no instance", async (_, passwords, why) => {
    const { files, instances } = await renderConfigs([says("cart-redis", { PASSWORD_FILE: "cart" })], { ...bound, passwords });
    expect(instances("redisdb")).toEqual([]);
    expect(Object.values(files).join("")).toMatch(why);
  });
});
