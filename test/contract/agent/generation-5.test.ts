import { describe, it } from "vitest";
import { waitFor } from "../../../tools/shared/wait";
import { readShell } from "../../../infra/shell";
import { apiKey, useLab } from "./lab";

const lab = useLab("5");
const folder = "/etc/dd-agent/conf.d";

/** An instance of the check for Redis where nobody listens. */
const nobody = "init_config:\ninstances:\n  - {host: 127.0.0.1, port: 1}\n";
const none = "init_config:\ninstances: []\n";

describe.concurrent("agent 5 and its configuration files", () => {
  it("reads *.yaml at the root of its folder, and no folder in it", async ({ expect }) => {
    const files = lab().folder({ "redisdb.yaml": nobody, "nginx.d/nginx.yaml": none, "apache.yml": none });
    const agent = await lab().agent({ mounts: { [folder]: files.path } });
    const info = await agent.infoHas("redisdb (");
    expect(info).not.toMatch(/^ *nginx \(/m);
    expect(info).not.toMatch(/^ *apache \(/m);
  });

  it("runs bundled *.yaml.default files, which a mount over the folder hides", async ({ expect }) => {
    const bundled = await lab().agent({ mounts: { "/conf.d": lab().folder({ "redisdb.yaml": nobody }).path } });
    const hidden = await lab().agent({ mounts: { [folder]: lab().folder({ "redisdb.yaml": nobody }).path } });
    expect(await bundled.infoHas("redisdb (")).toMatch(/^ *disk \(/m);
    expect(await hidden.infoHas("redisdb (")).not.toMatch(/^ *disk \(/m);
    const files = lab().folder({ "disk.yaml.default": "init_config:\ninstances:\n  - use_mount: no\n" });
    const back = await lab().agent({ mounts: { [folder]: files.path } });
    await back.infoHas(/disk \(.*\n.*\n *- instance #0 \[OK\]/);
  });

  it("copies /conf.d when it starts, and only then", async ({ expect }) => {
    const files = lab().folder({ "redisdb.yaml": nobody });
    const agent = await lab().agent({ mounts: { "/conf.d": files.path } });
    await agent.infoHas("redisdb (");
    files.write("nginx.yaml", none);
    await agent.signal("HUP");
    await agent.logged("SIGHUP");
    await agent.infoHas("redisdb (");
    expect(await agent.info()).not.toMatch(/^ *nginx \(/m);
    await agent.restart();
    await agent.infoHas(/^ *nginx \(/m);
  });

  it("takes an empty list of instances, but no empty file", async ({ expect }) => {
    const files = lab().folder({
      "apache.yaml": none,
      "nginx.yaml": "",
      "mcache.yaml": "instances: []\n",
      "postgres.yaml": "init_config:\ninstances:\n",
      "redisdb.yaml": "a: [\n",
    });
    const agent = await lab().agent({ mounts: { [folder]: files.path } });
    const info = await agent.infoHas("apache (");
    expect(info).toMatch(/apache \(.*\n.*\n *- Collected 0 metrics/);
    expect(info).toMatch(/nginx \(.*\n.*\n.*\[ERROR\]: "argument of type 'NoneType' is not iterable"/);
    expect(info).toMatch(/mcache \(.*\n.*\n.*\[ERROR\].*No 'init_config' section found/);
    expect(info).toMatch(/postgres \(.*\n.*\n.*\[ERROR\].*You need to have at least one instance defined/);
    expect(info).toMatch(/redisdb \(.*\n.*\n.*initialize check class \[ERROR\]/);
  });

  it("reads its files again only at SIGHUP, with a gap in between, and continues", async ({ expect }) => {
    const files = lab().folder({ "redisdb.yaml": nobody });
    const agent = await lab().agent({ mounts: { [folder]: files.path } });
    await agent.infoHas("redisdb (");
    files.write("nginx.yaml", none);
    const first = /Status date: (\S+ \S+)/.exec(await agent.info())?.[1] ?? "";
    const another = async (): Promise<boolean> => !(await agent.info()).includes(first);
    await waitFor("another collection", another, { timeoutMs: 40_000, intervalMs: 500 });
    expect(await agent.info()).not.toMatch(/^ *nginx \(/m);
    await agent.signal("HUP");
    await waitFor("the gap", async () => (await agent.info()).includes("Collector is not running"), { intervalMs: 50 });
    await agent.infoHas(/^ *nginx \(/m);
    expect(await agent.isRunning()).toBe(true);
    expect(await agent.inspect("{{.RestartCount}}")).toBe("0");
  });

  it("resolves no handle and no variable in its files", async ({ expect }) => {
    const said = ["ENC[file@/etc/hostname]", "%%env_DD_HOSTNAME%%", "%%host%%"];
    const instance = { host: "127.0.0.1", port: 1, password: "ENC[file@/etc/hostname]", tags: said };
    const files = lab().folder({ "redisdb.yaml": JSON.stringify({ init_config: null, instances: [instance] }) });
    const agent = await lab().agent({ mounts: { [folder]: files.path } });
    const { tags } = await lab().record.until(agent.hostname, "a service check", (_, checkRuns) =>
      checkRuns.find(({ check }) => check === "redis.can_connect"),
    );
    expect(tags).toEqual(expect.arrayContaining(said));
  });

  it("uses the host's process ids", async ({ expect }) => {
    const agent = await lab().agent({ mounts: { [folder]: lab().folder({ "redisdb.yaml": nobody }).path } });
    const process = await agent.inspect("{{.State.Pid}}");
    const { stdout } = await agent.exec("grep", "NSpid", `/host/proc/${process}/status`);
    expect(stdout.trim().split(/\s+/)).toEqual(["NSpid:", process]);
    await agent.infoHas("redisdb (");
    await agent.exec("kill", "-HUP", process);
    await agent.logged("SIGHUP");
  });

  it("is taken to have collected only once a check has", async ({ expect }) => {
    const files = lab().folder({ "apache.yaml": none, "redisdb.yaml": nobody });
    const agent = await lab().agent({ mounts: { [folder]: files.path } });
    const collects = async (): Promise<boolean> =>
      (await agent.exec("sh", "-c", readShell("agent-5-collects"))).status === 0;
    await agent.infoHas("redisdb (");
    expect(await agent.info()).toContain("[ERROR]");
    expect(await collects()).toBe(false);
    const { address } = await lab().redis("collected");
    files.write("redisdb.yaml", `init_config:\ninstances:\n  - {host: ${address}, port: 6379}\n`);
    await agent.signal("HUP");
    await waitFor("a check that has collected", collects, { timeoutMs: 60_000, intervalMs: 500 });
  });

  it("shows in info which instance failed and why", async () => {
    const files = lab().folder({ "redisdb.yaml": nobody });
    const agent = await lab().agent({ mounts: { [folder]: files.path } });
    await agent.infoHas(
      /- instance #0 \[ERROR\]: ['"]Error 111 connecting to 127\.0\.0\.1:1\. Connection refused\.['"]/,
    );
  });
});

describe.concurrent("agent 5 at its start and end", () => {
  it("reads its key from a file, and never shows it", async ({ expect }) => {
    const key = lab().folder({ key: `${apiKey}\n` });
    const env = { API_KEY: undefined, DD_API_KEY_FILE: "/secrets/key" };
    const agent = await lab().agent({ env, mounts: { "/secrets": key.path } });
    expect(await agent.infoHas("API Key is valid")).not.toContain(apiKey);
    expect(await agent.log()).not.toContain(apiKey);
    expect(await agent.inspect("{{json .Config}}")).not.toContain(apiKey);
  });

  it.for([undefined, "tooshort"])("keeps running without collecting when the key is %j", async (key, { expect }) => {
    const agent = await lab().agent({ env: { API_KEY: key } });
    await agent.infoHas("Collector is not running");
    const fatal = async (): Promise<boolean> => /collector +FATAL/.test((await processes(agent)).stdout);
    await waitFor("the collector's end", fatal, { timeoutMs: 60_000, intervalMs: 500 });
    expect((await agent.exec("./probe.sh")).status).toBe(1);
    expect(await agent.isRunning()).toBe(true);
  });

  it("passes its health check, which the image has every 5 minutes, 5 s after its start", async ({ expect }) => {
    const agent = await lab().agent();
    const passes = async (): Promise<boolean> => (await agent.exec("./probe.sh")).status === 0;
    await waitFor("a healthy agent", passes, { timeoutMs: 60_000 });
    expect((await processes(agent)).stdout).toMatch(/collector +RUNNING/);
    expect(await agent.inspect("{{.Config.Healthcheck.Interval}}")).toBe("5m0s");
  });
});

/** What the supervisor says of its processes. */
async function processes(agent: { exec: (...command: string[]) => Promise<{ stdout: string }> }) {
  return agent.exec("/opt/datadog-agent/bin/supervisorctl", "-c", "/etc/dd-agent/supervisor.conf", "status");
}
