import { createHash } from "node:crypto";
import { describe, it } from "vitest";
import { waitFor } from "../../../tools/shared/wait";
import type { Agent } from "./agent";
import { apiKey, useLab } from "./lab";
import type { Series } from "./record";

const lab = useLab("7");

/** The series of an agent, once it has sent some. */
async function seriesOf(host: string, record = lab().record): Promise<Series[]> {
  return record.until(host, "series", (series) => series.length > 0 && series);
}

describe.concurrent("agent 7 and its intake", () => {
  it("sends series with its key and its host name, and its host's tags beside them", async ({ expect }) => {
    const agent = await lab().agent({ env: { DD_TAGS: "project:a environment:b" } });
    const series = await seriesOf(agent.hostname);
    const digest = createHash("sha256").update(apiKey).digest("hex");
    for (const { apiKeyDigest, proxied } of series) {
      expect({ apiKeyDigest, proxied }).toEqual({ apiKeyDigest: digest, proxied: false });
    }
    // They go with the host's metadata, and the intake puts them on what comes later.
    await lab().record.until(agent.hostname, "a series with the host's tags", (all) =>
      all.find(({ tags }) => tags.includes("project:a") && tags.includes("environment:b")),
    );
    expect((await lab().record.metadata()).filter((text) => text.includes(agent.hostname)).join()).toContain(
      "project:a",
    );
  });

  it("sends the status of service checks", async ({ expect }) => {
    const content = `init_config:\ninstances:\n  - {host: 127.0.0.1, port: 1, tags: ["a:b"]}\n`;
    const agent = await lab().agent({
      mounts: { "/etc/datadog-agent/conf.d/redisdb.d": lab().folder({ "conf.yaml": content }).path },
    });
    const failed = await lab().record.until(agent.hostname, "a service check", (_, checkRuns) =>
      checkRuns.find(({ check }) => check === "redis.can_connect"),
    );
    expect(failed.status).toBe(2);
    expect(failed.tags).toEqual(expect.arrayContaining(["a:b", "redis_host:127.0.0.1", "redis_port:1"]));
  });

  it("goes through the configured proxy, except to addresses that are excluded", async ({ expect }) => {
    const proxy = { DD_PROXY_HTTP: lab().record.address };
    const through = await lab().agent({ env: { ...proxy, DD_DD_URL: "http://intake" } });
    const host = lab().record.address.replace("http://", "");
    const direct = await lab().agent({ env: { ...proxy, DD_PROXY_NO_PROXY: host } });
    expect((await seriesOf(through.hostname)).every(({ proxied }) => proxied)).toBe(true);
    expect((await seriesOf(direct.hostname)).some(({ proxied }) => proxied)).toBe(false);
  });

  it("sends series by version 2 of the API, or by version 1 if that is set", async ({ expect }) => {
    const version = async (env: globalThis.Record<string, string>): Promise<[string, number]> => {
      const record = await lab().intake(`intake-${Object.keys(env).length}`);
      const agent = await lab().agent({ env: { ...env, DD_DD_URL: record.address } });
      const series = await seriesOf(agent.hostname, record);
      const points = series.flatMap(({ points }) => points.map(([seconds]) => Date.now() / 1000 - seconds));
      const paths = (await record.requests()).filter((request) => /^POST .*\/series$/.test(request));
      return [paths.join(), Math.max(...points)];
    };
    const older = { DD_USE_V2_API_SERIES: "false", DD_SERIALIZER_COMPRESSOR_KIND: "zlib" };
    const [byDefault, told] = await Promise.all([version({}), version(older)]);
    expect([byDefault[0], told[0]]).toEqual(["POST /api/v2/series", "POST /api/v1/series"]);
    for (const [, age] of [byDefault, told]) expect(age).toBeLessThan(120);
  });

  describe("data with its own address", () => {
    const off = {
      DD_AGENT_TELEMETRY_ENABLED: "false",
      DD_CONTAINER_IMAGE_ENABLED: "false",
      DD_CONTAINER_LIFECYCLE_ENABLED: "false",
      DD_REMOTE_CONFIGURATION_ENABLED: "false",
    };

    /** Stops an agent that has sent its first series; its status, and how long that took. */
    async function stopped(agent: Agent): Promise<{ status: string; seconds: number }> {
      await seriesOf(agent.hostname);
      const started = Date.now();
      await agent.stop(10);
      return { status: await agent.inspect("{{.State.ExitCode}}"), seconds: (Date.now() - started) / 1000 };
    }

    it("goes to the site; if that can't be reached, the agent takes its whole grace period to stop", async ({
      expect,
    }) => {
      const agent = await lab().agent({ engine: true, env: { DD_SITE: "site.invalid" } });
      const { status, seconds } = await stopped(agent);
      expect(status).toBe("137");
      expect(seconds).toBeGreaterThan(9);
    });

    it("goes to the intake, or is off, if that is set; then the agent stops at once", async ({ expect }) => {
      const { address } = lab().record;
      const env = { ...off, DD_SITE: "site.invalid", DD_PROCESS_CONFIG_PROCESS_DD_URL: address };
      const agent = await lab().agent({ engine: true, env });
      const sent = async (): Promise<boolean> => (await lab().record.requests()).includes("POST /api/v1/container");
      await waitFor("containers at the intake", sent, { timeoutMs: 60_000 });
      const { status, seconds } = await stopped(agent);
      expect(status).toBe("0");
      expect(seconds).toBeLessThan(9);
    });
  });

  it("keeps what it can't send until it can", async ({ expect }) => {
    const { address } = await lab().redis("kept");
    const instance = { host: address, port: 6379, min_collection_interval: 1 };
    const file = lab().folder({ "conf.yaml": JSON.stringify({ init_config: null, instances: [instance] }) });
    const agent = await lab().agent({
      env: { DD_DD_URL: "http://late-intake:8080" },
      mounts: { "/etc/datadog-agent/conf.d/redisdb.d": file.path },
    });
    const [first] = await agent.hasRun("redisdb", 1);
    // By then what the first run found was to be sent once: that is done every 15 s.
    await agent.hasRun("redisdb", 1, 20, 60_000);
    await agent.logged(/late-intake/);
    const record = await lab().intake("late-intake");
    const series = await record.until(agent.hostname, "a metric of Redis", (all) => {
      const ofRedis = all.filter(({ metric }) => metric === "redis.net.clients");
      return ofRedis.length > 0 && ofRedis;
    });
    const oldest = Math.min(...series.map(({ points }) => points[0]?.[0] ?? Infinity));
    expect(oldest).toBeLessThanOrEqual((first?.UpdateTimestamp ?? 0) + 1);
  });
});
