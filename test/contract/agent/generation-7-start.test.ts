import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "vitest";
import { waitFor } from "../../../tools/shared/wait";
import { apiKey, useLab } from "./lab";

const lab = useLab("7");
const backend = { DD_SECRET_BACKEND_COMMAND: "/readsecret_multiple_providers.sh" };

describe.concurrent("agent 7 at its start and end", () => {
  // First, since it lasts longest.
  it("answers its health check, which the image has every 30 s", async ({ expect }) => {
    const agent = await lab().agent();
    // The original fails for some 16 s.
    const passes = async (): Promise<string | false> => {
      const { status, stdout } = await agent.exec("agent", "health");
      return status === 0 && stdout;
    };
    expect(await waitFor("health", passes, { timeoutMs: 40_000 })).toMatch(/^Agent health: PASS\n/);
    expect(await agent.inspect("{{.Config.Healthcheck.Interval}}")).toBe("30s");
    const healthy = async (): Promise<boolean> => (await agent.inspect("{{.State.Health.Status}}")) === "healthy";
    await waitFor("a healthy agent", healthy, { timeoutMs: 90_000, intervalMs: 1000 });
  });

  it.for([undefined, ""])("ends with status 0 when the key is %j", async (key, { expect }) => {
    const { status, log } = await lab().agentThatEnds({ env: { DD_API_KEY: key } });
    expect(status).toBe(0);
    expect(log).toContain("You must set an DD_API_KEY environment variable");
  });

  it("does not start without a host name", async ({ expect }) => {
    const { status, log } = await lab().agentThatEnds({ env: { DD_HOSTNAME: undefined } });
    expect(status).toBe(0);
    expect(log).toContain("unable to reliably determine the host name");
  });

  it("reads its key from a file, newline or not, and shows its last five characters at most", async ({ expect }) => {
    const folder = lab().folder({ key: `${apiKey}\n` });
    chmodSync(join(folder.path, "key"), 0o400);
    const agent = await lab().agent({
      env: { ...backend, DD_API_KEY: "ENC[file@/secrets/key]" },
      mounts: { "/secrets": folder.path },
    });
    const valid = { [`API key ending with ${apiKey.slice(-5)}`]: "API Key valid" };
    await waitFor("a valid key", async () => {
      const { forwarderStats } = await agent.status();
      return JSON.stringify(forwarderStats.APIKeyStatus) === JSON.stringify(valid);
    });
    expect((await agent.exec("agent", "status")).stdout).not.toContain(apiKey);
    expect((await agent.exec("agent", "status", "--json")).stdout).not.toContain(apiKey);
    expect(await agent.inspect("{{json .Config}}")).not.toContain(apiKey);
    expect(await agent.log()).not.toContain(apiKey);
  });

  it("does not start when the file of its key is missing", async ({ expect }) => {
    const { status, log } = await lab().agentThatEnds({ env: { ...backend, DD_API_KEY: "ENC[file@/secrets/key]" } });
    expect(status).toBe(0);
    expect(log).toContain("secret does not exist");
  });

  it("follows no link out of the folder of its key", async ({ expect }) => {
    const inner = lab().folder();
    writeFileSync(join(inner.path, "real"), apiKey, { mode: 0o400 });
    const folder = lab().folder();
    symlinkSync("/elsewhere/real", join(folder.path, "key"));
    const { status, log } = await lab().agentThatEnds({
      env: { ...backend, DD_API_KEY: "ENC[file@/secrets/key]" },
      mounts: { "/secrets": folder.path, "/elsewhere": inner.path },
    });
    expect(status).toBe(0);
    expect(log).toContain("not following symlink");
  });

  it("fails its health check when it does not run", async ({ expect }) => {
    const agent = await lab().agent();
    await agent.status();
    const { status, stderr } = await agent.exec("sh", "-c", "DD_CMD_PORT=1 agent health");
    expect(status).not.toBe(0);
    expect(stderr).toContain("could not reach agent");
  });

  it("ends when its first process gets SIGHUP: it must be sent no signal", async () => {
    const agent = await lab().agent();
    await agent.status();
    await agent.signal("HUP");
    await waitFor("the container's end", async () => !(await agent.isRunning()));
  });

  it("ends in good order at SIGTERM", async ({ expect }) => {
    const agent = await lab().agent();
    await agent.status();
    await agent.signal("TERM");
    await waitFor("the container's end", async () => !(await agent.isRunning()));
    expect(await agent.inspect("{{.State.ExitCode}}")).toBe("0");
  });

  it("sends its host name and its tags", async ({ expect }) => {
    const agent = await lab().agent({ env: { DD_TAGS: "project:a environment:b", DD_ENV: "c" } });
    const { hostTags, metadata } = await agent.status();
    expect(metadata.meta.hostname).toBe(agent.hostname);
    expect(hostTags).toEqual(expect.arrayContaining(["project:a", "environment:b", "env:c"]));
  });
});
