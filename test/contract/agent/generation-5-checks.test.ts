import { beforeAll, describe, it } from "vitest";
import { engineSocket } from "../../../infra/names/engine";
import { checkCommand5, readRun5 } from "../../../tools/check/generation-5";
import { run } from "../../../tools/shared/run";
import type { Agent } from "./agent";
import { useLab, type Service } from "./lab";
import * as services from "./services";

const lab = useLab("5");
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

/** An agent with one file for each check, and nothing else. */
async function agentWith(
  checks: Readonly<Record<string, Record<string, unknown>>>,
  env: Readonly<Record<string, string>> = {},
): Promise<Agent> {
  const files = Object.entries(checks).map(([check, instance]) => {
    const init = check === "docker_daemon" ? { docker_root: "/host" } : null;
    const instances = [{ tags: ["project:a"], ...instance }];
    return [`${check}.yaml`, JSON.stringify({ init_config: init, instances })];
  });
  const folder = lab().folder(Object.fromEntries(files) as Record<string, string>);
  return lab().agent({ env, engine: "docker_daemon" in checks, mounts: { "/etc/dd-agent/conf.d": folder.path } });
}

/** The tags of a metric, once it came in. */
async function tagsOf(agent: Agent, metric: string, having = ""): Promise<readonly string[]> {
  const series = await lab().record.until(agent.hostname, metric, (all) =>
    all.find((entry) => entry.metric === metric && entry.tags.some((tag) => tag.includes(having))),
  );
  return series.tags;
}

describe.concurrent("agent 5 and its checks, against real services", () => {
  it("check runs only the instances of one file and reports each result", async ({ expect }) => {
    const right = { host: redis.address, port: 6379, password: "secret", tags: ["project:b"] };
    const instances = [right, { ...right, password: "wrong", tags: ["project:c"] }];
    const files = lab().folder({ "redisdb.yaml": JSON.stringify({ init_config: null, instances }) });
    const agent = await lab().agent({ mounts: { "/etc/dd-agent/conf.d": files.path } });
    const { stdout } = await run("sh", ["-c", checkCommand5("redisdb").replace("dd-agent", agent.container)]);
    const well = readRun5(stdout, 0, ["project:b"]);
    expect(well).toMatchObject({ error: "", serviceChecks: [{ name: "redis.can_connect", status: "OK" }] });
    const metrics = well?.samples.map(({ metric }) => metric);
    // A rate needs two runs.
    expect(metrics).toEqual(expect.arrayContaining(["redis.net.clients", "redis.net.commands"]));
    expect(readRun5(stdout, 1, ["project:c"])).toMatchObject({
      samples: [],
      error: expect.stringMatching(/./) as string,
    });
  });

  it("collects from Redis, nginx, Apache, memcached and PostgreSQL with its own option names", async ({ expect }) => {
    const agent = await agentWith({
      redisdb: { host: redis.address, port: 6379, password: "secret" },
      nginx: { nginx_status_url: `http://${nginx.address}/secured`, user: "watcher", password: "pass" },
      apache: {
        apache_status_url: `http://${apache.address}/server-status?auto`,
        apache_user: "any",
        apache_password: "any",
        disable_ssl_validation: true,
      },
      mcache: { url: memcached.address, port: 11211 },
      postgres: { host: postgres.address, port: 5432, username: "postgres", password: "secret", dbname: "postgres" },
    });
    for (const check of ["redisdb", "nginx", "apache", "mcache", "postgres"]) {
      const info = await agent.infoHas(new RegExp(`${check} \\(.*\\n.*\\n *- instance #0 \\[OK\\]`));
      expect(info).toMatch(new RegExp(`${check} \\(.*\\n.*\\n.*\\n *- Collected [1-9]\\d* metrics`));
    }
    expect(await tagsOf(agent, "redis.net.clients")).toEqual(
      expect.arrayContaining(["project:a", `redis_host:${redis.address}`, "redis_port:6379"]),
    );
    expect(await tagsOf(agent, "nginx.net.connections")).toContain("project:a");
  });

  it("sends TAGS, with commas in between, as its host's", async () => {
    const agent = await agentWith({ redisdb: { host: "127.0.0.1", port: 1 } }, { TAGS: "project:b, environment:c" });
    // They go with the host's metadata, and the intake puts them on what comes later.
    await lab().record.until(agent.hostname, "a service check with the host's tags", (_, checkRuns) =>
      checkRuns.find(({ tags }) => tags.includes("project:b") && tags.includes("environment:c")),
    );
  });

  it("nginx uses the agent's proxy unless skip_proxy is set, Apache never does", async ({ expect }) => {
    const { hostname, port } = new URL(lab().record.address);
    // The lab's proxy reaches nothing but the intake.
    const proxy = { PROXY_HOST: hostname, PROXY_PORT: port };
    const page = { nginx_status_url: `http://${nginx.address}/nginx_status` };
    const apachePage = { apache_status_url: `http://${apache.address}/server-status?auto` };
    const proxied = await agentWith({ nginx: page, apache: apachePage }, proxy);
    const info = await proxied.infoHas(/apache \(.*\n.*\n *- instance #0 \[OK\]/);
    expect(info).toMatch(/nginx \(.*\n.*\n *- instance #0 \[ERROR\]: .*403 Client Error/);
    const direct = await agentWith({ nginx: { ...page, skip_proxy: true } }, proxy);
    await direct.infoHas(/nginx \(.*\n.*\n *- instance #0 \[OK\]/);
  });

  it("nginx and Apache follow every redirect", async () => {
    const redirect = (to: string): string => `http://${nginx.address}/redirect?to=http://${to}`;
    const agent = await agentWith({
      nginx: { nginx_status_url: redirect(`${nginx.address}/nginx_status`) },
      apache: { apache_status_url: redirect(`${apache.address}/server-status?auto`) },
    });
    for (const check of ["nginx", "apache"]) {
      await agent.infoHas(new RegExp(`${check} \\(.*\\n.*\\n *- instance #0 \\[OK\\]\\n *- Collected [1-9]`));
    }
  });

  it("postgres connects by TLS if it is told to", async () => {
    const { address } = await services.postgresByTls(lab());
    const login = { host: address, port: 5432, username: "postgres", password: "secret" };
    const agent = await agentWith({ postgres: { ...login, ssl: true } });
    await agent.infoHas(/postgres \(.*\n.*\n *- instance #0 \[OK\]/);
  });

  it("docker_daemon sends metrics of containers with its tags and the labels that are asked for", async ({
    expect,
  }) => {
    await lab().redis("labelled", undefined, { labels: { "org.example.team": "blue" } });
    const env = { DD_COLLECT_LABELS_AS_TAGS: "org.example.team, org.example.other" };
    const agent = await agentWith({ docker_daemon: { url: engineSocket.url } }, env);
    const tags = await tagsOf(agent, "docker.mem.rss", "-labelled");
    expect(tags).toEqual(expect.arrayContaining(["project:a", "org.example.team:blue"]));
    await agent.infoHas(/docker_daemon \(.*\n.*\n *- instance #0 \[OK\]/);
  });
});
