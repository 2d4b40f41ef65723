import { beforeAll, describe, it } from "vitest";
import { checkCommand7, readRun7 } from "../../../tools/check/generation-7";
import { run } from "../../../tools/shared/run";
import { messageOf, type Agent } from "./agent";
import { useLab, type Service } from "./lab";
import * as services from "./services";

const lab = useLab("7");
let redis: Service;
let nginx: Service;
let apache: Service;
let memcached: Service;
let postgres: Service;

beforeAll(async () => {
  [redis, nginx, apache, memcached, postgres] = await Promise.all([
    lab().redis("redis", "secret"),
    services.nginx(lab()),
    services.apache(lab()),
    services.memcached(lab()),
    services.postgres(lab()),
  ]);
});

/** An agent with one instance of one check, which runs every second. */
async function agentWith(check: string, ...instances: Record<string, unknown>[]): Promise<Agent> {
  const list = instances.map((instance) => ({ ...instance, tags: ["project:a"], min_collection_interval: 1 }));
  const file = lab().folder({ "conf.yaml": JSON.stringify({ init_config: null, instances: list }) });
  return lab().agent({ mounts: { [`/etc/datadog-agent/conf.d/${check}.d`]: file.path } });
}

/** The error of an agent's only instance of a check, after some runs. */
async function errorOf(agent: Agent, check: string): Promise<string> {
  const [stats] = await agent.hasRun(check, 1, 2);
  return stats === undefined ? "" : messageOf(stats);
}

describe.concurrent("agent 7 and its checks, against real services", () => {
  // First, since it lasts longest.
  it("docker puts the tags of its instance and of each container on a container's metrics", async ({ expect }) => {
    await lab().redis("tagged", undefined, {
      env: { PROJECT: "shop" },
      labels: { "org.example.team": "blue", "com.datadoghq.tags.env": "prod" },
    });
    const folder = lab().folder({ "conf.yaml": 'init_config:\ninstances:\n  - tags: ["own:tag"]\n' });
    const agent = await lab().agent({
      engine: true,
      env: {
        DD_CONTAINER_ENV_AS_TAGS: '{"PROJECT":"project"}',
        DD_CONTAINER_LABELS_AS_TAGS: '{"org.example.team":"team"}',
      },
      mounts: { "/etc/datadog-agent/conf.d/docker.d": folder.path },
    });
    const series = await lab().record.until(agent.hostname, "docker.mem.rss", (all) =>
      all.find(({ metric, tags }) => metric === "docker.mem.rss" && tags.some((tag) => tag.endsWith("-tagged"))),
    );
    const tags = ["project:shop", "team:blue", "env:prod", "own:tag", "runtime:docker"];
    expect(series.tags).toEqual(expect.arrayContaining(tags));
    expect(series.tags.some((tag) => tag.startsWith("short_image:"))).toBe(true);
  });

  it("docker has no container metrics if it does not see the host", async ({ expect }) => {
    const agent = await lab().agent({ engine: true, host: false });
    await lab().record.until(agent.hostname, "the number of containers", (all) =>
      all.find(({ metric }) => metric === "docker.containers.running.total"),
    );
    const { series } = await lab().record.read(agent.hostname);
    expect(series.filter(({ metric }) => metric === "docker.mem.rss")).toEqual([]);
  });

  it("check runs only the instance of one file, sends nothing, and reports a failure without failing", async ({
    expect,
  }) => {
    const right = { host: redis.address, port: 6379, password: "secret", tags: ["project:a"] };
    const files = lab().folder({
      "right.yaml": JSON.stringify({ init_config: null, instances: [right] }),
      "wrong.yaml": JSON.stringify({ init_config: null, instances: [{ ...right, password: "wrong" }] }),
    });
    // Elsewhere than the agent's own files: the running agent has neither.
    const agent = await lab().agent({ mounts: { "/elsewhere": files.path } });
    await agent.status();
    const runOf = async (file: string) => {
      const command = checkCommand7(agent.container, "redisdb", `/elsewhere/${file}`);
      const { stdout } = await run("sh", ["-c", command]);
      return readRun7(stdout, file);
    };
    const well = await runOf("right.yaml");
    expect(well).toMatchObject({ error: "", serviceChecks: [{ name: "redis.can_connect", status: "OK" }] });
    const sample = (metric: string) => well?.samples.find((one) => one.metric === metric);
    expect(sample("redis.net.clients")?.tags).toContain("project:a");
    // A rate needs two runs.
    expect(sample("redis.net.commands")).toBeDefined();
    expect((await runOf("wrong.yaml"))?.error).toMatch(/WRONGPASS|invalid/i);
    const { series } = await lab().record.read(agent.hostname);
    expect(series.filter(({ metric }) => metric.startsWith("redis."))).toEqual([]);
  });

  it("check fails if no file has an instance", async ({ expect }) => {
    const agent = await lab().agent({});
    await agent.status();
    const { status, stderr } = await agent.exec("agent", "check", "redisdb", "--json");
    expect(status).not.toBe(0);
    expect(stderr).toContain("no valid check found");
  });

  it("redisdb collects with a password", async ({ expect }) => {
    const agent = await agentWith("redisdb", { host: redis.address, port: 6379, password: "secret" });
    expect((await agent.hasSucceeded("redisdb")).MetricSamples).toBeGreaterThan(10);
    const series = await lab().record.until(agent.hostname, "redis.mem.used", (all) =>
      all.find(({ metric }) => metric === "redis.mem.used"),
    );
    const tags = [`redis_host:${redis.address}`, "redis_port:6379", "redis_role:master", "project:a"];
    expect(series.tags).toEqual(expect.arrayContaining(tags));
  });

  it.for([
    ["without the password", {}, /authentication required/i],
    ["with a wrong password", { password: "wrong" }, /WRONGPASS|invalid (username-password|password)/],
    ["where nobody listens", { port: 1 }, "Connection refused"],
    ["where there is no such host", { host: "no.invalid" }, /Error -\d+ connecting to no\.invalid/],
    ["with a null host", { host: null }, /host\n.*(none is not an allowed value|should be a valid string)/i],
    ["with a port that is no number", { port: "x" }, /port\n.*integer/i],
  ] as const)("redisdb says what is wrong %s", async ([, options, message], { expect }) => {
    const agent = await agentWith("redisdb", { host: redis.address, port: 6379, ...options });
    const error = await errorOf(agent, "redisdb");
    if (typeof message === "string") expect(error).toContain(message);
    else expect(error).toMatch(message);
  });

  it("redisdb wants tags that are texts", async ({ expect }) => {
    const content = `init_config:\ninstances:\n  - {host: ${redis.address}, port: 6379, password: secret, tags: [1.5], min_collection_interval: 1}\n`;
    const agent = await lab().agent({
      mounts: { "/etc/datadog-agent/conf.d/redisdb.d": lab().folder({ "conf.yaml": content }).path },
    });
    expect(await errorOf(agent, "redisdb")).toMatch(/tags/);
  });

  it("nginx collects, and wants the scheme in the address", async ({ expect }) => {
    const agent = await agentWith("nginx", { nginx_status_url: `http://${nginx.address}/nginx_status` });
    expect((await agent.hasSucceeded("nginx")).MetricSamples).toBeGreaterThanOrEqual(7);
    const wrong = { nginx_status_url: `${nginx.address}/nginx_status` };
    expect(await errorOf(await agentWith("nginx", wrong), "nginx")).toContain("'NoneType' object has no attribute");
    const direct = await agentWith("nginx", { ...wrong, skip_proxy: true });
    expect(await errorOf(direct, "nginx")).toContain("No scheme supplied");
    const forbidden = await agentWith("nginx", { nginx_status_url: `http://${nginx.address}/forbidden` });
    expect(await errorOf(forbidden, "nginx")).toContain("403 Client Error: Forbidden for url");
  });

  it("apache collects", async ({ expect }) => {
    const agent = await agentWith("apache", { apache_status_url: `http://${apache.address}/server-status?auto` });
    expect((await agent.hasSucceeded("apache")).MetricSamples).toBeGreaterThanOrEqual(5);
  });

  it("nginx and apache send a name and a password", async ({ expect }) => {
    const address = `http://${nginx.address}/secured`;
    const credentials = { username: "watcher", password: "pass" };
    const agent = await agentWith("nginx", { nginx_status_url: address, ...credentials });
    await agent.hasSucceeded("nginx");
    const without = await agentWith("nginx", { nginx_status_url: address });
    expect(await errorOf(without, "nginx")).toContain("401 Client Error");
  });

  it("checks over HTTP go through the agent's proxy, except to excluded addresses", async ({ expect }) => {
    const instance = { nginx_status_url: `http://${nginx.address}/nginx_status`, min_collection_interval: 1 };
    const file = lab().folder({ "conf.yaml": JSON.stringify({ init_config: null, instances: [instance] }) });
    const mounts = { "/etc/datadog-agent/conf.d/nginx.d": file.path };
    const proxy = { DD_PROXY_HTTP: lab().record.address };
    // The lab's proxy reaches nothing but the intake.
    const proxied = await lab().agent({ env: proxy, mounts });
    expect(await errorOf(proxied, "nginx")).toContain("403 Client Error");
    const network = nginx.address.replace(/\d+\.\d+$/, "0.0/16");
    const direct = await lab().agent({ env: { ...proxy, DD_PROXY_NO_PROXY: network }, mounts });
    await direct.hasSucceeded("nginx");
  });

  it.for(["nginx", "apache"] as const)("%s reaches what skip_proxy names past the proxy", async (check, { expect }) => {
    const url =
      check === "nginx" ? `http://${nginx.address}/nginx_status` : `http://${apache.address}/server-status?auto`;
    const instance = { [`${check}_status_url`]: url, skip_proxy: true, min_collection_interval: 1 };
    const file = lab().folder({ "conf.yaml": JSON.stringify({ init_config: null, instances: [instance] }) });
    const mounts = { [`/etc/datadog-agent/conf.d/${check}.d`]: file.path };
    const agent = await lab().agent({ env: { DD_PROXY_HTTP: lab().record.address }, mounts });
    expect((await agent.hasSucceeded(check)).MetricSamples).toBeGreaterThan(5);
  });

  it("nginx follows a redirect, or treats it as an empty page", async ({ expect }) => {
    const url = `http://${nginx.address}/redirect?to=http://${nginx.address}/nginx_status`;
    const agent = await agentWith("nginx", { nginx_status_url: url });
    expect((await agent.hasSucceeded("nginx")).MetricSamples).toBeGreaterThanOrEqual(7);
    const strict = await agentWith("nginx", { nginx_status_url: url, allow_redirects: false });
    const [stats] = await strict.hasRun("nginx", 1, 2);
    expect({ error: stats?.LastError, samples: stats?.TotalMetricSamples }).toEqual({ error: "", samples: 0 });
  });

  it("apache follows a redirect, or reports that it found no metrics", async ({ expect }) => {
    const url = `http://${nginx.address}/redirect?to=http://${apache.address}/server-status?auto`;
    const agent = await agentWith("apache", { apache_status_url: url });
    expect((await agent.hasSucceeded("apache")).MetricSamples).toBeGreaterThanOrEqual(5);
    const strict = await agentWith("apache", { apache_status_url: url, allow_redirects: false });
    expect(await errorOf(strict, "apache")).toContain(
      `No metrics were fetched for this instance. Make sure that ${url} is the proper url.`,
    );
  });

  it("mcache collects", async ({ expect }) => {
    const agent = await agentWith("mcache", { url: memcached.address, port: 11211 });
    expect((await agent.hasSucceeded("mcache")).MetricSamples).toBeGreaterThan(10);
    const nobody = await agentWith("mcache", { url: memcached.address, port: 1 });
    expect(await errorOf(nobody, "mcache")).toContain("Unable to retrieve stats from memcache instance");
  });

  it("postgres collects", async ({ expect }) => {
    const account = { host: postgres.address, port: 5432, username: "postgres" };
    const agent = await agentWith("postgres", { ...account, password: "secret" });
    expect((await agent.hasSucceeded("postgres")).MetricSamples).toBeGreaterThan(10);
    const wrong = await agentWith("postgres", { ...account, password: "wrong" });
    expect(await errorOf(wrong, "postgres")).toContain("password authentication failed");
  });
});
