import { createHash } from "node:crypto";
import { describe, it } from "vitest";
import { apiKey, useLab } from "./lab";
import type { Series } from "./record";

const lab = useLab("7");

/** The series of an agent, once it has sent some. */
async function seriesOf(host: string, record = lab().record): Promise<Series[]> {
  return record.until(host, "series", (series) => series.length > 0 && series);
}

describe.concurrent("agent 7 and its intake", () => {
  it("sends series with its key, its host name and, as the intake shows them, its host's tags", async ({ expect }) => {
    const agent = await lab().agent({ env: { DD_TAGS: "project:a environment:b" } });
    const series = await seriesOf(agent.hostname);
    const digest = createHash("sha256").update(apiKey).digest("hex");
    for (const { apiKeyDigest, tags, proxied } of series) {
      expect({ apiKeyDigest, proxied }).toEqual({ apiKeyDigest: digest, proxied: false });
      // The original sends a host's tags once, and the vendor's site puts them on every series.
      if (lab().images.standIn) expect(tags).toEqual(expect.arrayContaining(["project:a", "environment:b"]));
    }
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

  it("goes through the proxy that it is told, but for addresses that it is told to reach directly", async ({
    expect,
  }) => {
    const proxy = { DD_PROXY_HTTP: lab().record.address };
    const through = await lab().agent({ env: { ...proxy, DD_DD_URL: "http://intake" } });
    const host = lab().record.address.replace("http://", "");
    const direct = await lab().agent({ env: { ...proxy, DD_PROXY_NO_PROXY: host } });
    expect((await seriesOf(through.hostname)).every(({ proxied }) => proxied)).toBe(true);
    expect((await seriesOf(direct.hostname)).some(({ proxied }) => proxied)).toBe(false);
  });

  it("keeps what it can't send until it can", async ({ expect }) => {
    const agent = await lab().agent({ env: { DD_DD_URL: "http://late-intake:8080" } });
    await agent.logged(/late-intake/, 60_000);
    const earlier = Date.now() / 1000;
    const record = await lab().intake("late-intake");
    const series = await seriesOf(agent.hostname, record);
    expect(Math.min(...series.map(({ points }) => points[0]?.[0] ?? Infinity))).toBeLessThan(earlier);
  });
});
