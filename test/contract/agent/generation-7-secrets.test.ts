import { createHash } from "node:crypto";
import { beforeAll, describe, it } from "vitest";
import { messageOf, type Agent, type CheckStats, type ConfiguredInstance } from "./agent";
import { apiKey, useLab, type Service } from "./lab";
import type { CheckRun } from "./record";

const lab = useLab("7");
const redisFolder = "/etc/datadog-agent/conf.d/redisdb.d";

/** A name as the product gives its files: a container's id, or something like it. */
const fileName = (what: string): string => `${createHash("sha256").update(what).digest("hex")}.yaml`;

/** What a container could say, and what an agent makes of it that resolves handles and variables. */
const attempts = {
  handle: ["ENC[file@/secrets/word]", "planted"],
  blanks: [" \tENC[file@/secrets/word]\t ", "planted"],
  "path without a provider": ["ENC[secrets/word]", "planted"],
  "own key by its file": ["ENC[file@/secrets/key]", apiKey],
  "own key by the variable": ["%%env_DD_API_KEY%%", apiKey],
  variable: ["%%env_DD_ENV%%", "planted-variable"],
  "variable in a text": ["a:%%env_DD_ENV%%:b", "a:planted-variable:b"],
  "other sign for a variable": ["‰env_DD_ENV‰", "planted-variable"],
  "variable that is not set": ["%%env_NOT_SET_ANYWHERE%%", "%%env_NOT_SET_ANYWHERE%%"],
  "address of nobody": ["%%host%%", "%%host%%"],
  "word of Kubernetes": ["%%kube_namespace%%", "%%kube_namespace%%"],
  "part of a text": ["a:ENC[file@/secrets/word]", "a:ENC[file@/secrets/word]"],
} as const;
const names = Object.keys(attempts) as (keyof typeof attempts)[];

const named: readonly string[] = [...names, "environment", "label", "label-variable"];

/** The port that an attempt's instance asks at, where nobody listens: by it what the agent sends is told apart. */
const portOf = (name: string): number => 10_000 + named.indexOf(name);

const instance = (port: number, ...tags: string[]): Record<string, unknown> => ({
  host: "127.0.0.1",
  port,
  tags,
  min_collection_interval: 1,
});
const file = (...instances: Record<string, unknown>[]): string => JSON.stringify({ init_config: null, instances });

/** Labels by which the agent watches a container. */
const labels = (port: number, ...tags: string[]): Record<string, string> => ({
  "com.datadoghq.ad.checks": JSON.stringify({ redisdb: { instances: [instance(port, ...tags)] } }),
});

let open: Agent;
let closed: Agent;
let redis: Service;

beforeAll(async () => {
  const shell = ["sleep", "600"];
  const victim = await lab().service("victim", shell, { env: { PASSWORD: "planted-elsewhere" } });
  [redis] = await Promise.all([
    lab().redis("redis", "planted-password"),
    lab().service("label", shell, { labels: labels(portOf("label"), "ENC[file@/secrets/word]") }),
    lab().service("label-variable", shell, { labels: labels(portOf("label-variable"), "%%env_DD_ENV%%") }),
  ]);
  const environment = `ENC[file@/host/proc/${await lab().processId(victim)}/environ]`;
  const withPassword = { host: redis.address, password: "ENC[file@/secrets/password]" };
  const files = {
    ...Object.fromEntries(names.map((name) => [fileName(name), file(instance(portOf(name), attempts[name][0]))])),
    [fileName("environment")]: file(instance(portOf("environment"), environment)),
    [fileName("password")]: file({ ...instance(6379), ...withPassword }),
    "unresolvable.yaml": file(instance(1, "ENC[file@/secrets/word]"), instance(2, "ENC[file@/secrets/missing]")),
  };
  const options = {
    engine: true,
    env: {
      DD_API_KEY: "ENC[file@/secrets/key]",
      DD_APP_KEY: "ENC[file@/secrets/word]",
      DD_ENV: "planted-variable",
      DD_SECRET_BACKEND_COMMAND: "/readsecret_multiple_providers.sh",
    },
    mounts: {
      "/secrets": lab().folder({ key: apiKey, word: "planted", password: "planted-password" }).path,
      [redisFolder]: lab().folder(files).path,
    },
  };
  open = await lab().agent(options);
  closed = await lab().agent({
    ...options,
    env: { ...options.env, DD_SECRET_BACKEND_SKIP_CHECKS: "true", DD_AD_DISABLE_ENV_VAR_RESOLUTION: "true" },
  });
});

/** The tags of an instance, as the agent sends them with the status of its check. */
async function tagsOf(agent: Agent, port: number): Promise<readonly string[]> {
  const ofInstance = (checkRuns: CheckRun[]): CheckRun | undefined =>
    checkRuns.find(({ check, tags }) => check === "redis.can_connect" && tags.includes(`redis_port:${port}`));
  const found = await lab().record.until(agent.hostname, `the check at port ${port}`, (_, runs) => ofInstance(runs));
  return found.tags;
}

/** The instances of the file `unresolvable.yaml`. */
async function unresolvable(agent: Agent): Promise<ConfiguredInstance[]> {
  const all = await agent.instances("redisdb");
  return all.filter(({ source }) => source === `file:${redisFolder}/unresolvable.yaml`);
}

/** The numbers of the instance that asks the real server, once it ran. */
async function atTheServer(agent: Agent): Promise<CheckStats> {
  const all = await agent.hasRun("redisdb", names.length + 2);
  const found = all.find(
    ({ CheckConfigSource }) => CheckConfigSource === `file:${redisFolder}/${fileName("password")}`,
  );
  if (found === undefined) throw new Error("the instance with the password did not run");
  return found;
}

describe.concurrent("agent 7 and handles and variables in what it reads", () => {
  it.for(names)("resolves in a file: %s", async (name, { expect }) => {
    expect(await tagsOf(open, portOf(name))).toContain(attempts[name][1]);
  });

  it.for(names)("with resolution turned off leaves as it is: %s", async (name, { expect }) => {
    const said = attempts[name][0];
    expect((await tagsOf(closed, portOf(name))).map((tag) => tag.trim())).toContain(said.trim());
  });

  it("reads another container's environment through the mount of the host's processes", async ({ expect }) => {
    expect((await tagsOf(open, portOf("environment"))).join(" ")).toContain("PASSWORD=planted-elsewhere");
    expect((await tagsOf(closed, portOf("environment"))).join(" ")).toMatch(/ENC\[file@\/host\/proc\/\d+\/environ\]/);
  });

  it("resolves in a container's labels, unless that is turned off", async ({ expect }) => {
    expect(await tagsOf(open, portOf("label"))).toContain("planted");
    expect(await tagsOf(open, portOf("label-variable"))).toContain("planted-variable");
    expect(await tagsOf(closed, portOf("label"))).toContain("ENC[file@/secrets/word]");
    // A variable without a value costs all that the labels ask for.
    const watched = (await closed.instances("redisdb")).map(({ settings }) => settings["port"]);
    expect(watched).toContain(portOf("label"));
    expect(watched).not.toContain(portOf("label-variable"));
  });

  it("signs in with a password that it resolves", async ({ expect }) => {
    expect((await atTheServer(open)).LastError).toBe("");
    expect(messageOf(await atTheServer(closed))).toMatch(/WRONGPASS|invalid (username-password|password)/);
  });

  it("resolves nothing of a file with a handle that has no secret, and all of the other files", async ({ expect }) => {
    await open.logged("/secrets/missing");
    // Older agents drop the file, newer ones run its instances with their handles as they are.
    for (const { settings } of await unresolvable(open)) expect(JSON.stringify(settings)).not.toContain("planted");
    expect(await unresolvable(closed)).toHaveLength(2);
  });

  it("resolves its own key either way", async ({ expect }) => {
    const digest = createHash("sha256").update(apiKey).digest("hex");
    for (const agent of [open, closed]) {
      const keys = await lab().record.until(agent.hostname, "series", (series) => {
        return series.length > 0 && series.map(({ apiKeyDigest }) => apiKeyDigest);
      });
      expect(new Set(keys)).toEqual(new Set([digest]));
    }
  });

  it("shows in configcheck the file of each instance and no secret: one in a tag, and no tags at all", async ({
    expect,
  }) => {
    await atTheServer(open);
    const { stdout } = await open.exec("agent", "configcheck");
    expect(stdout).not.toMatch(/planted(?!-variable)/);
    expect(stdout).not.toContain(apiKey);
    const shown = await open.instances("redisdb");
    const plain = shown.find(({ settings }) => settings["port"] === portOf("word of Kubernetes"));
    expect(plain?.source).toBe(`file:${redisFolder}/${fileName("word of Kubernetes")}`);
    expect(plain?.settings["tags"]).toBe("********");
    const asWritten = (await closed.instances("redisdb")).find(({ settings }) => settings["port"] === portOf("handle"));
    expect(asWritten?.settings["tags"]).toEqual(["ENC[file@/secrets/word]"]);
  });
});
