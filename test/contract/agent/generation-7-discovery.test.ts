import { describe, it } from "vitest";
import { noChecksFromContainers } from "../../../infra/generations/discovery";
import { dockerText } from "../../../tools/shared/docker";
import { waitFor } from "../../../tools/shared/wait";
import type { Agent, ConfiguredInstance } from "./agent";
import { apiKey, useLab, type Service, type ServiceOptions } from "./lab";

const lab = useLab("7");
const bundled = "file:/etc/datadog-agent/conf.d/redisdb.d/auto_conf.yaml";

/** A Redis server whose image has a name that the agent's bundled configuration looks for. */
async function discoverable(name: string, options: ServiceOptions = {}): Promise<Service> {
  return lab().redis(name, undefined, { ...options, image: await lab().namedImage("redis") });
}

/** The agent's instances that look at a service, once there are so many. Other containers of the machine don't matter. */
async function watching(agent: Agent, service: Service, count: number): Promise<ConfiguredInstance[]> {
  return waitFor(`${count} instances that look at ${service.name}`, async () => {
    const found = (await agent.instances("redisdb")).filter(({ settings }) => settings["host"] === service.address);
    return found.length === count && found;
  });
}

/** Labels by which the agent watches a container, and a tag by which the instance is known. */
const watched = {
  "com.datadoghq.ad.check_names": '["redisdb"]',
  "com.datadoghq.ad.init_configs": "[{}]",
  "com.datadoghq.ad.instances": '[{"host":"%%host%%","port":"6379","tags":["by:label"]}]',
};

const generated = (service: Service): string =>
  `init_config:\ninstances:\n  - host: ${service.address}\n    port: 6379\n    tags: ["by:file"]\n`;

describe.concurrent("agent 7 and what it discovers by itself", () => {
  it("monitors an image by its bundled configuration, so that another file doubles every metric", async ({
    expect,
  }) => {
    const service = await discoverable("doubled");
    const agent = await lab().agent({
      engine: true,
      mounts: { "/conf.d": lab().folder({ "redisdb.d/conf.yaml": generated(service) }).path },
    });
    const sources = (await watching(agent, service, 2)).map(({ source }) => source).sort();
    expect(sources).toEqual([bundled, "file:/etc/datadog-agent/conf.d/redisdb.d/conf.yaml"]);
  });

  it("doesn't if a mount over <check>.d hides that configuration", async ({ expect }) => {
    const service = await discoverable("hidden");
    const agent = await lab().agent({
      engine: true,
      mounts: { "/etc/datadog-agent/conf.d/redisdb.d": lab().folder({ "conf.yaml": generated(service) }).path },
    });
    await agent.hasRun("docker", 1);
    expect((await watching(agent, service, 1))[0]?.settings["tags"]).toEqual(["by:file"]);
  });

  it("doesn't if DD_IGNORE_AUTOCONF names the check", async ({ expect }) => {
    const service = await discoverable("ignored");
    const agent = await lab().agent({
      engine: true,
      env: { DD_IGNORE_AUTOCONF: "nginx redisdb" },
      mounts: { "/conf.d": lab().folder({ "redisdb.d/conf.yaml": generated(service) }).path },
    });
    await agent.hasRun("docker", 1);
    expect((await watching(agent, service, 1))[0]?.settings["tags"]).toEqual(["by:file"]);
  });

  it("monitors a container with its own labels once, with or without DD_IGNORE_AUTOCONF", async ({ expect }) => {
    const service = await discoverable("labelled", { labels: watched });
    for (const env of [{}, { DD_IGNORE_AUTOCONF: "redisdb" }]) {
      const agent = await lab().agent({ engine: true, env });
      await agent.hasRun("docker", 1);
      const [instance] = await watching(agent, service, 1);
      expect(instance?.source).toBe(`container:docker://${service.id}`);
      expect(instance?.settings["tags"]).toEqual(expect.arrayContaining(["by:label", "short_image:redis"]));
    }
  });

  it("runs no check for a container that rules exclude from metrics, and shows it; files and the Docker check go on", async ({
    expect,
  }) => {
    const service = await discoverable("excluded", { labels: watched });
    const agent = await lab().agent({
      engine: true,
      env: noChecksFromContainers,
      mounts: { "/conf.d": lab().folder({ "redisdb.d/conf.yaml": generated(service) }).path },
    });
    await agent.hasRun("redisdb", 1);
    await agent.hasRun("docker", 1);
    expect((await agent.checks("redisdb")).map(({ CheckConfigSource }) => CheckConfigSource)).toEqual([
      "file:/etc/datadog-agent/conf.d/redisdb.d/conf.yaml",
    ]);
    await lab().record.until(agent.hostname, "metrics of the excluded container", (series) =>
      series.some(({ metric, tags }) => metric === "docker.mem.rss" && tags.includes(`container_name:${service.name}`)),
    );
    const { stdout } = await agent.exec("agent", "configcheck");
    const section = stdout.split(/^=== (?=\S+ check ===)/m).find((text) => text.includes(`docker://${service.id}`));
    expect(section).toContain("matched a metrics container-exclusion rule, so it will not be run by the Agent");
  });

  it("sends a file of its own to a container whose labels ask for that, unless rules exclude the container", async ({
    expect,
  }) => {
    const server = `
      use IO::Socket::INET; $| = 1;
      my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 5) or die $!;
      while (my $client = $server->accept) {
        sysread $client, my $request, 65536;
        print "$request\n";
        print $client "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n";
      }`;
    const instance = {
      openmetrics_endpoint: "http://%%host%%:8080/metrics",
      metrics: [".*"],
      bearer_token_auth: true,
      bearer_token_path: "/run/secrets/datadog/api_key",
    };
    const listener = await lab().service("listener", ["perl", "-e", server], {
      labels: { "com.datadoghq.ad.checks": JSON.stringify({ openmetrics: { instances: [instance] } }) },
    });
    const received = (): Promise<string> => dockerText(["logs", listener.id]);
    const mounts = { "/run/secrets/datadog": lab().folder({ api_key: `${apiKey}\n` }).path };
    const closed = await lab().agent({ engine: true, env: noChecksFromContainers, mounts });
    await closed.hasRun("docker", 1, 2);
    expect(await received()).toBe("");
    await closed.stop(10);
    await lab().agent({ engine: true, mounts });
    await waitFor("the key in what the container received", async () => (await received()).includes(apiKey), {
      timeoutMs: 40_000,
      intervalMs: 500,
    });
  });

  it("follows containers that start and end", async () => {
    const agent = await lab().agent({ engine: true });
    await agent.status();
    const service = await discoverable("late");
    await watching(agent, service, 1);
    await lab().stop(service);
    await watching(agent, service, 0);
  });

  it("runs the check docker by default if it has the engine's socket, and a file replaces it", async ({ expect }) => {
    const byDefault = await lab().agent({ engine: true });
    // Beside the bundled file, not over it: the user's own file must put it aside.
    const folder = lab().folder({ "docker.d/conf.yaml": 'init_config:\ninstances:\n  - tags: ["by:file"]\n' });
    const byFile = await lab().agent({ engine: true, mounts: { "/conf.d": folder.path } });
    const without = await lab().agent();
    const sourceOf = async (agent: Agent): Promise<string | undefined> =>
      (await agent.hasRun("docker", 1))[0]?.CheckConfigSource;
    expect(await sourceOf(byDefault)).toBe("file:/etc/datadog-agent/conf.d/docker.d/conf.yaml.default");
    expect(await sourceOf(byFile)).toBe("file:/etc/datadog-agent/conf.d/docker.d/conf.yaml");
    expect(await byFile.instances("docker")).toHaveLength(1);
    expect(await without.instances("docker")).toEqual([]);
  });
});
