import { createHash } from "node:crypto";
import { describe, it } from "vitest";
import { waitFor } from "../../../tools/shared/wait";
import { messageOf, type Agent, type CheckStats } from "./agent";
import { useLab } from "./lab";

const lab = useLab("7");

/** An instance of the check for Redis where nobody listens. It runs once a second, so that waiting for it is short. */
const nobody = (tag: string): string =>
  `  - {host: 127.0.0.1, port: 1, min_collection_interval: 1, tags: ["which:${tag}"]}\n`;
const file = (...tags: string[]): string => `init_config:\ninstances:\n${tags.map(nobody).join("")}`;

/** Polls every second, so that a change is soon seen. */
const polling = { DD_AUTOCONF_CONFIG_FILES_POLL: "true", DD_AUTOCONF_CONFIG_FILES_POLL_INTERVAL: "1" };
const redisFolder = "/etc/datadog-agent/conf.d/redisdb.d";

/** An agent with a file of nginx's check, once it has run another check: by then it has read both files. */
async function besideRedis(content: string): Promise<Agent> {
  const nginx = lab().folder({ "conf.yaml": content });
  const redis = lab().folder({ "conf.yaml": file("one") });
  const mounts = { "/etc/datadog-agent/conf.d/nginx.d": nginx.path, [redisFolder]: redis.path };
  const agent = await lab().agent({ mounts });
  await agent.hasRun("redisdb", 1);
  return agent;
}

describe.concurrent("agent 7 and its configuration files", () => {
  // First, since it lasts longest.
  it("runs a new check within 15 s, and then every 15 s", async ({ expect }) => {
    const content = "init_config:\ninstances:\n  - {host: 127.0.0.1, port: 1}\n";
    const agent = await lab().agent({ mounts: { [redisFolder]: lab().folder({ "conf.yaml": content }).path } });
    await agent.status();
    const ready = Date.now() / 1000;
    const [first] = await agent.hasRun("redisdb", 1);
    const [second] = await agent.hasRun("redisdb", 1, 2);
    expect((first?.UpdateTimestamp ?? 0) - ready).toBeLessThanOrEqual(16);
    const pause = (second?.UpdateTimestamp ?? 0) - (first?.UpdateTimestamp ?? 0);
    expect(pause).toBeGreaterThanOrEqual(14);
    expect(pause).toBeLessThanOrEqual(16);
  });

  it("loads both <check>.d/*.yaml and <check>.yaml, so that a check in both runs twice", async ({ expect }) => {
    const folder = lab().folder({ "redisdb.yaml": file("root"), "redisdb.d/conf.yaml": file("folder") });
    const agent = await lab().agent({ mounts: { "/etc/datadog-agent/conf.d": folder.path } });
    const sources = (await agent.hasRun("redisdb", 2)).map(({ CheckConfigSource }) => CheckConfigSource).sort();
    expect(sources).toEqual([
      "file:/etc/datadog-agent/conf.d/redisdb.d/conf.yaml",
      "file:/etc/datadog-agent/conf.d/redisdb.yaml",
    ]);
  });

  it("runs two files of the very same content once", async ({ expect }) => {
    const folder = lab().folder({ "one.yaml": file("same"), "two.yaml": file("same"), "other.yaml": file("other") });
    const agent = await lab().agent({ mounts: { [redisFolder]: folder.path } });
    await agent.hasRun("redisdb", 2, 2);
    expect(await agent.checks("redisdb")).toHaveLength(2);
  });

  it("skips an empty file without an error", async ({ expect }) => {
    const agent = await besideRedis("");
    expect(await agent.instances("nginx")).toEqual([]);
    expect((await agent.status()).autoConfigStats.ConfigErrors).toEqual({});
  });

  it.for(["init_config:\ninstances: []\n", "init_config:\ninstances:\n", "# only a comment\n"])(
    "reports %j as an error of the configuration",
    async (content, { expect }) => {
      const agent = await besideRedis(content);
      expect((await agent.status()).autoConfigStats.ConfigErrors).toEqual({
        nginx: "Configuration file contains no valid instances",
      });
    },
  );

  it("takes a file with an empty list of logs for valid, and runs nothing for it", async ({ expect }) => {
    const agent = await besideRedis("logs: []\n");
    expect(await agent.instances("nginx")).toEqual([]);
    expect((await agent.status()).autoConfigStats.ConfigErrors).toEqual({});
  });

  it("unschedules a check whose file became bad YAML, with a warning in the log alone", async ({ expect }) => {
    const folder = lab().folder({ "conf.yaml": file("one") });
    const agent = await lab().agent({ env: polling, mounts: { [redisFolder]: folder.path } });
    await agent.hasRun("redisdb", 1);
    folder.write("conf.yaml", "instances: [\n");
    await agent.isGone("redisdb");
    await agent.logged(/WARN.*redisdb\.d\/conf\.yaml is not a valid config file/);
    expect((await agent.status()).autoConfigStats.ConfigErrors).toEqual({});
    folder.write("conf.yaml", file("two"));
    await agent.hasRun("redisdb", 1);
  });

  it("keeps an error that it met at its start until it gets a good file of that check", async ({ expect }) => {
    const folder = lab().folder({ "a.yaml": file("one"), "b.yaml": "instances: [\n" });
    const agent = await lab().agent({ env: polling, mounts: { [redisFolder]: folder.path } });
    await agent.hasRun("redisdb", 1);
    expect((await agent.status()).autoConfigStats.ConfigErrors["redisdb"]).toContain("yaml");
    folder.write("a.yaml", file("one", "two"));
    await agent.hasRun("redisdb", 2);
    expect((await agent.status()).autoConfigStats.ConfigErrors).toEqual({});
  });

  it("leaves the instances of a file alone while others come, change, turn bad and go", async ({ expect }) => {
    const name = (what: string): string => `${createHash("sha256").update(what).digest("hex")}.yaml`;
    const folder = lab().folder({ [name("neighbour")]: file("neighbour") });
    const agent = await lab().agent({ env: polling, mounts: { [redisFolder]: folder.path } });
    const neighbour = async (): Promise<CheckStats | undefined> =>
      (await agent.checks("redisdb")).find(({ CheckConfigSource }) => CheckConfigSource.endsWith(name("neighbour")));
    const running = async (count: number): Promise<void> => {
      const there = async (): Promise<boolean> => (await agent.instances("redisdb")).length === count;
      await waitFor(`${count} instances`, there, { intervalMs: 200 });
    };
    await agent.hasRun("redisdb", 1);
    const before = await neighbour();
    folder.write(name("other"), file("one"));
    await running(2);
    folder.write(name("other"), file("one", "two"));
    await running(3);
    folder.write(name("other"), "instances: [\n");
    await running(1);
    folder.write(name("other"), file("one"));
    await running(2);
    folder.remove(name("other"));
    await running(1);
    const after = await neighbour();
    expect(after?.CheckID).toBe(before?.CheckID);
    const runs = (after?.TotalRuns ?? 0) - (before?.TotalRuns ?? 0);
    const seconds = (after?.UpdateTimestamp ?? 0) - (before?.UpdateTimestamp ?? 0);
    expect(seconds).toBeGreaterThanOrEqual(4);
    expect(Math.abs(runs - seconds)).toBeLessThanOrEqual(1);
  });

  it("gives two names a meaning: an auto_conf.yaml can be ignored, a metrics.yaml is read in a folder only", async ({
    expect,
  }) => {
    const folder = lab().folder({
      "metrics.yaml": file("root"),
      "redisdb.d/metrics.yaml": file("metrics"),
      "redisdb.d/auto_conf.yaml": file("auto"),
      "redisdb.d/conf.yaml": file("conf"),
    });
    const mounts = { "/etc/datadog-agent/conf.d": folder.path };
    const names = async (env: Record<string, string>): Promise<string[]> => {
      const agent = await lab().agent({ env, mounts });
      await agent.hasRun("redisdb", 1);
      return (await agent.instances("redisdb")).map(({ source }) => source.replace(/.*\/conf\.d\//, "")).sort();
    };
    const others = ["redisdb.d/conf.yaml", "redisdb.d/metrics.yaml"];
    expect(await names({})).toEqual(["redisdb.d/auto_conf.yaml", ...others]);
    expect(await names({ DD_IGNORE_AUTOCONF: "redisdb" })).toEqual(others);
  });

  it("warns of a duplicate key and takes the last", async ({ expect }) => {
    const content = `init_config:\ninstances:\n  - host: 127.0.0.1\n    port: 2\n    port: 3\n    min_collection_interval: 1\n`;
    const agent = await lab().agent({ mounts: { [redisFolder]: lab().folder({ "conf.yaml": content }).path } });
    const [check] = await agent.hasRun("redisdb", 1);
    expect(check && messageOf(check)).toContain("127.0.0.1:3");
    await agent.logged(/WARN[^\n]*reading config file[\s\S]*already set in map/);
  });

  it("sees a changed and a deleted file when it polls", async ({ expect }) => {
    const folder = lab().folder({ "conf.yaml": file("one") });
    const agent = await lab().agent({ env: polling, mounts: { [redisFolder]: folder.path } });
    const [first] = await agent.hasRun("redisdb", 1);
    folder.write("conf.yaml", file("one", "two"));
    const after = await agent.hasRun("redisdb", 2);
    // All instances of a changed file are new ones: their numbers begin anew.
    expect(after.map(({ CheckID }) => CheckID)).not.toContain(first?.CheckID);
    folder.remove("conf.yaml");
    await agent.isGone("redisdb");
  });

  it("doesn't look at files again when it does not poll, which is the default", async ({ expect }) => {
    const folder = lab().folder({ "conf.yaml": file("one") });
    const agent = await lab().agent({
      env: { DD_AUTOCONF_CONFIG_FILES_POLL_INTERVAL: "1" },
      mounts: { [redisFolder]: folder.path },
    });
    await agent.hasRun("redisdb", 1);
    folder.write("conf.yaml", file("one", "two"));
    const [before] = await agent.checks("redisdb");
    const [later] = await agent.hasRun("redisdb", 1, (before?.TotalRuns ?? 0) + 5);
    expect(later?.CheckID).toBe(before?.CheckID);
    expect(await agent.checks("redisdb")).toHaveLength(1);
  });

  it("copies /conf.d when it starts, and only then", async ({ expect }) => {
    const folder = lab().folder({ "redisdb.d/conf.yaml": file("one") });
    const agent = await lab().agent({ env: polling, mounts: { "/conf.d": folder.path } });
    await agent.hasRun("redisdb", 1);
    folder.write("redisdb.d/more.yaml", file("two"));
    const [before] = await agent.checks("redisdb");
    await agent.hasRun("redisdb", 1, (before?.TotalRuns ?? 0) + 5);
    expect(await agent.checks("redisdb")).toHaveLength(1);
    await agent.restart();
    await agent.hasRun("redisdb", 2);
  });

  it("shows in configcheck which instance has which id and source, without its password", async ({ expect }) => {
    const content = `init_config:\ninstances:\n  - host: 127.0.0.1\n    port: 1\n    password: hidden\n    min_collection_interval: 1\n    tags: ["a:b"]\n`;
    const agent = await lab().agent({ mounts: { [redisFolder]: lab().folder({ "conf.yaml": content }).path } });
    const [check] = await agent.hasRun("redisdb", 1);
    const { stdout } = await agent.exec("agent", "configcheck");
    expect(stdout).toContain("=== redisdb check ===");
    expect(stdout).toContain("Configuration provider: file\n");
    expect(stdout).toContain("Configuration source: file:/etc/datadog-agent/conf.d/redisdb.d/conf.yaml\n");
    expect(stdout).toContain(`Config for instance ID: ${check?.CheckID}\n`);
    expect(stdout).toMatch(/^tags:\n- a:b\n/m);
    expect(stdout).not.toContain("hidden");
  });

  it("can't load a check that it does not have, docker_daemon among them", async ({ expect }) => {
    const folder = lab().folder({
      "docker_daemon.yaml": "init_config:\ninstances:\n  - url: unix://var/run/docker.sock\n",
      "redisdb.d/conf.yaml": file("one"),
    });
    const agent = await lab().agent({ engine: true, mounts: { "/etc/datadog-agent/conf.d": folder.path } });
    await agent.hasRun("redisdb", 1);
    const { LoaderErrors } = (await agent.status()).checkSchedulerStats;
    expect(Object.keys(LoaderErrors)).toEqual(["docker_daemon"]);
    expect(JSON.stringify(LoaderErrors["docker_daemon"])).toContain("No module named 'docker_daemon'");
    expect(await agent.checks("docker_daemon")).toEqual([]);
  });
});
