import { setTimeout } from "node:timers/promises";
import { describe, it } from "vitest";
import { applicationPaths } from "../../../infra/generations";
import { waitFor } from "../../../tools/shared/wait";
import type { AgentOptions } from "./agent";
import { type Service, useLab } from "./lab";
import type { Log } from "./record";

const lab = useLab("7");

/** A container that writes a numbered line ten times a second: "NAME 1", "NAME 2" … */
async function talker(name: string, labels: Record<string, string> = {}): Promise<Service> {
  const script = `i=0; while true; do i=$((i + 1)); echo "${name} $i"; sleep 0.1; done`;
  return lab().service(name, ["sh", "-c", script], { labels, env: { PROJECT: "shop" } });
}

/** The options of an agent that collects logs as the product lets it; it keeps its positions in a folder. */
function collecting(positions: string, configs: Record<string, string> = {}): AgentOptions {
  const intake = new URL(lab().record.address);
  return {
    engine: true,
    env: {
      DD_LOGS_ENABLED: "true",
      DD_LOGS_CONFIG_CONTAINER_COLLECT_ALL: "false",
      DD_LOGS_CONFIG_DOCKER_CONTAINER_USE_FILE: "false",
      DD_LOGS_CONFIG_OPEN_FILES_LIMIT: "0",
      DD_LOGS_CONFIG_RUN_PATH: applicationPaths.logPositions,
      DD_LOGS_CONFIG_LOGS_DD_URL: intake.host,
      DD_LOGS_CONFIG_LOGS_NO_SSL: "true",
      DD_LOGS_CONFIG_FORCE_USE_HTTP: "true",
      DD_CONTAINER_ENV_AS_TAGS: '{"PROJECT":"project"}',
    },
    mounts: { "/etc/datadog-agent/conf.d/container_logs.d": lab().folder(configs).path },
    writable: { [applicationPaths.logPositions]: positions },
  };
}

function configOf({ id }: Service): Record<string, string> {
  const logs = `logs:\n  - source: "redis"\n    service: "cart"\n    tags: ["a:b"]\n`;
  return { [`${id}.yaml`]: `ad_identifiers:\n  - "docker://${id}"\ninit_config:\n${logs}` };
}

/** Waits until lines of a container satisfy, and returns them. */
async function lines(name: string, what: string, enough: (found: Log[]) => boolean): Promise<Log[]> {
  return waitFor(
    `${what} of ${name} at the intake`,
    async () => {
      const found = (await lab().record.logs()).filter(({ message }) => message.startsWith(`${name} `));
      return enough(found) && found;
    },
    { timeoutMs: 60_000, intervalMs: 300 },
  );
}

describe.concurrent("agent 7 and containers' logs", () => {
  it("reads a container from its first line on, with source, service and tags of its config and of the container", async ({
    expect,
  }) => {
    const service = await talker("first");
    await setTimeout(500);
    await lab().agent(collecting(lab().folder().path, configOf(service)));
    const [line] = await lines("first", "a line", (found) => found.length > 0);
    expect(line).toMatchObject({ message: "first 1", status: "info", source: "redis", service: "cart" });
    expect(line?.tags).toEqual(expect.arrayContaining(["a:b", "project:shop", `container_name:${service.name}`]));
  });

  it("loses no line and sends none twice when another agent takes its place", async ({ expect }) => {
    const service = await talker("kept");
    const positions = lab().folder().path;
    const before = await lab().agent(collecting(positions, configOf(service)));
    await lines("kept", "lines", (found) => found.length >= 20);
    await before.stop(10);
    const sent = (await lab().record.logs()).filter(({ message }) => message.startsWith("kept ")).length;
    const after = await lab().agent(collecting(positions, configOf(service)));
    const all = await lines("kept", "further lines", (found) => found.length >= sent + 20);
    expect(new Set(all.map(({ host }) => host))).toEqual(new Set([before.hostname, after.hostname]));
    expect(all.map(({ message }) => message)).toEqual(all.map((_, index) => `kept ${index + 1}`));
  });

  it("loses no line after the agent was killed, and sends none more than twice", async ({ expect }) => {
    const service = await talker("killed");
    const positions = lab().folder().path;
    const before = await lab().agent(collecting(positions, configOf(service)));
    await lines("killed", "lines", (found) => found.length >= 30);
    await before.kill();
    const last = (await lines("killed", "lines", () => true)).length;
    await lab().agent(collecting(positions, configOf(service)));
    const all = await lines("killed", "further lines", (found) => found.length >= last + 30);
    const numbers = all.map(({ message }) => Number(message.replace("killed ", ""))).sort((one, other) => one - other);
    expect([...new Set(numbers)]).toEqual(Array.from({ length: numbers.at(-1) ?? 0 }, (_, index) => index + 1));
    expect(numbers.filter((number, index) => number === numbers[index + 2])).toEqual([]);
    // It does not begin anew.
    expect(numbers.length - new Set(numbers).size).toBeLessThan(last);
  });

  it("ends with a config that is taken away", async ({ expect }) => {
    const service = await talker("ended");
    const folder = lab().folder(configOf(service));
    const options = collecting(lab().folder().path);
    await lab().agent({
      ...options,
      env: { ...options.env, DD_AUTOCONF_CONFIG_FILES_POLL: "true", DD_AUTOCONF_CONFIG_FILES_POLL_INTERVAL: "1" },
      mounts: { "/etc/datadog-agent/conf.d/container_logs.d": folder.path },
    });
    await lines("ended", "a line", (found) => found.length > 0);
    folder.remove(`${service.id}.yaml`);
    const count = async (): Promise<number> => (await lines("ended", "lines", () => true)).length;
    let last = -1;
    await waitFor(
      "the end of its lines",
      async () => {
        const now = await count();
        const ended = now === last;
        last = now;
        return ended;
      },
      { timeoutMs: 40_000, intervalMs: 3000 },
    );
    expect(last).toBeGreaterThan(0);
  });

  it("follows a container's own label, but opens no file for it", async ({ expect }) => {
    const secret = "/host/proc/1/environ";
    const label = JSON.stringify([
      { source: "own", service: "own" },
      { type: "file", path: "/etc/passwd", source: "stolen", service: "stolen" },
      { type: "file", path: secret, source: "stolen", service: "stolen" },
    ]);
    await talker("thief", { "com.datadoghq.ad.logs": label });
    await lab().agent(collecting(lab().folder().path));
    const own = await lines("thief", "lines", (found) => found.length >= 20);
    expect(own[0]).toMatchObject({ source: "own", service: "own" });
    expect((await lab().record.logs()).filter(({ source }) => source === "stolen")).toEqual([]);
  });
});
