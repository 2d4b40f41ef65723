import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { containerFixture } from "./harness";
import { renderConfigs } from "./render-configs";

type Options = Omit<Parameters<typeof containerFixture>[0], "name">;

const all = { all: true, declared: false };
const declared = { all: false, declared: true };
const stackTags = ["project:shop", "environment:staging"];

/** The configs of logs by the names of containers, and the text of each file. */
async function logsOf(
  containers: Readonly<Record<string, Options>>,
  logs: { all: boolean; declared: boolean },
): Promise<{ configs: Record<string, unknown>; texts: Record<string, string> }> {
  const fixtures = Object.entries(containers).map(([name, options]) => containerFixture({ name, ...options }));
  const { files } = await renderConfigs(fixtures, { logs });
  const found = Object.entries(files).filter(([file]) => file.startsWith("container_logs.d/"));
  const texts = Object.fromEntries(
    found.map(([, text]) => [/container "([^"]*)"/.exec(text)?.[1] ?? "", text] as const),
  );
  const configs = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, (parse(text) as { logs: unknown[] }).logs[0]] as const),
  );
  return { configs, texts };
}

/** The config of the logs of one container. */
async function logOf(options: Options): Promise<unknown> {
  return (await logsOf({ web: options }, all)).configs["web"];
}

describe("whose logs are collected", () => {
  const containers: Readonly<Record<string, Options>> = {
    silent: {},
    wanted: { env: { LOGS: "true" } },
    labelled: { labels: { "datadog-hosts.logs": "Yes" } },
    unwanted: { env: { LOGS: "off" } },
    odd: { env: { LOGS: "/var/log/odd" } },
    "dd-agent": { labels: { "datadog-hosts.role": "agent" } },
    "datadog-gen": {},
    "dd-agent.node.task": { labels: { "datadog-hosts.role": "agent" } },
    "datadog-question-1.node.task": { labels: { "datadog-hosts.role": "question" } },
  };

  test("all but those who don't want it, and this program's own, also as tasks of a Swarm", async () => {
    expect(Object.keys((await logsOf(containers, all)).texts).sort()).toEqual(["labelled", "odd", "silent", "wanted"]);
  });

  test("only those who want it", async () => {
    expect(Object.keys((await logsOf(containers, declared)).texts).sort()).toEqual(["labelled", "wanted"]);
  });

  test("a label that is neither true nor false is told, and leaves it to the stack", async () => {
    const unclear = { web: { labels: { "datadog-hosts.logs": "enabled" } } };
    const collected = await logsOf(unclear, all);
    expect(collected.configs["web"]).toEqual({ tags: stackTags });
    expect(collected.texts["web"]).toMatch(/^ {2}# "web" declares datadog-hosts\.logs that is neither true nor false: its logs are collected\.$/m);
    const left = await logsOf(unclear, declared);
    expect(left.configs["web"]).toBeUndefined();
    expect(left.texts["web"]).toMatch(/^ {2}# "web" has no config of its logs: its label datadog-hosts\.logs is neither true nor false\.$/m);
  });

  test("nobody's, unless the stack says so", async () => {
    const { files } = await renderConfigs([containerFixture({ name: "web", env: { LOGS: "true" } })]);
    expect(Object.keys(files).filter((file) => file.startsWith("container_logs.d/"))).toEqual([]);
  });
});

test("a config is for one container, which its id names", async () => {
  const container = containerFixture({ name: "web" });
  const { files } = await renderConfigs([container], { logs: all });
  const [[file, text] = []] = Object.entries(files).filter(([path]) => path.startsWith("container_logs.d/"));
  const id = /^container_logs\.d\/([0-9a-f]{64})\.yaml$/.exec(file ?? "")?.[1];
  expect(parse(text ?? "")).toEqual({ ad_identifiers: [`docker://${id}`], init_config: null, logs: [{ tags: stackTags }] });
});

describe("source, service and tags", () => {
  test.each<[string, Options, Record<string, unknown>]>([
    ["nothing is known of", {}, {}],
    ["an integration knows", { env: { SERVICE: "redis" } }, { source: "redis", service: "redis" }],
    ["Datadog knows by another name", { env: { SERVICE: "postgres" } }, { source: "postgresql", service: "postgres" }],
    ["an integration knows by a further name", { env: { SERVICE: "mariadb" } }, { source: "mysql", service: "mysql" }],
    ["no integration knows", { env: { SERVICE: "rediss" } }, {}],
    ["asks for a page and a known service", { env: { SERVICE: "http,nginx" } }, { source: "nginx", service: "nginx" }],
    ["declares both", { env: { SERVICE: "redis", LOG_SOURCE: "java", LOG_SERVICE: "cart" } }, { source: "java", service: "cart" }],
    ["declares both by label", { labels: { "datadog-hosts.log-source": "java", "datadog-hosts.log-service": "cart" } }, { source: "java", service: "cart" }],
    ["has a service by Datadog's own label", { env: { SERVICE: "redis" }, labels: { "com.datadoghq.tags.service": "cart" } }, { source: "redis" }],
    ["has a service by Datadog's own variable", { env: { SERVICE: "redis", DD_SERVICE: "cart" } }, { source: "redis" }],
    ["declares further tags", { env: { DATADOG_TAGS: "a:1,stack:x" } }, { tags: [...stackTags, "a:1"] }],
    // The agent adds these by itself, as they stand there.
    ["declares its project", { env: { PROJECT: "blog", DD_ENV: "prod" } }, { tags: ["environment:staging"] }],
    ["declares all by label", { labels: { "datadog-hosts.project": "blog", "datadog-hosts.environment": "prod" } }, { tags: [] }],
    ["declares its project with a line end", { env: { PROJECT: "blog\r", ENVIRONMENT: "prod" } }, { tags: ["project:blog"] }],
  ])("a container that %s", async (_, options, expected) => {
    expect(await logOf(options)).toEqual({ tags: stackTags, ...expected });
  });
});

describe("a hostile container", () => {
  test.each([
    ["a handle", "ENC[file@/run/secrets/datadog/api_key]"],
    ["a variable of the agent", "%%env_DD_API_KEY%%"],
    ["further lines", 'x"\n    path: /etc/shadow\n    type: file'],
    ["another mapping", "x, type: file"],
  ])("gets no %s into its source, service and tags", async (_, value) => {
    const env = { LOG_SOURCE: value, LOG_SERVICE: value, PROJECT: value, DATADOG_TAGS: value, SERVICE: value };
    const { configs, texts } = await logsOf({ web: { env } }, all);
    expect(Object.keys(configs["web"] as object)).toEqual(["tags"]);
    expect(texts["web"]).toMatch(/# "web" declares a log-source that is not a word/);
    expect(texts["web"]).not.toMatch(/^[^#]*(ENC\[|%%)/m);
  });

  test("can't name another container as its own", async () => {
    const { configs } = await logsOf({ web: { env: { LOGS: 'true"\n  - docker://other' } } }, declared);
    expect(configs).toEqual({});
  });
});

describe("a container whose own com.datadoghq labels count", () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ["for logs", { "com.datadoghq.ad.logs": '[{"source": "java"}]' }, /the agent collects them by itself/],
    ["for logs among its checks", { "com.datadoghq.ad.checks": '{"redisdb": {"Logs": [{"source": "x"}]}}' }, /the agent collects them by itself/],
    ["as an identifier", { "com.datadoghq.ad.check.id": "x" }, /hides it from the agent/],
  ])("%s gets no config of ours, and a remark", async (_, labels, remark) => {
    const { configs, texts } = await logsOf({ web: { labels } }, all);
    expect(configs["web"]).toBeUndefined();
    expect(texts["web"]).toMatch(remark);
  });

  test.each([
    ["no list", { "com.datadoghq.ad.logs": "{}" }],
    ["no JSON", { "com.datadoghq.ad.logs": "[" }],
    ["checks without logs", { "com.datadoghq.ad.checks": '{"redisdb": {"instances": [{}]}}' }],
    ["checks that are none", { "com.datadoghq.ad.checks": '{"redisdb": 1}' }],
  ])("but not for %s", async (_, labels) => {
    expect(await logOf({ labels })).toEqual({ tags: stackTags });
  });
});
