import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { waitFor } from "../../../tools/shared/wait";
import { IMAGE } from "./support/docker-host";
import { Plugin, StepError } from "./support/plugin";
import type { Properties } from "./support/plugin";
import { sshClients } from "./support/processes";
import { useHost } from "./support/use";

const CONTAINER = "docker:index/container:Container";
const container = { name: "sleeper", image: IMAGE };

const host = useHost("docker-connection");

async function pluginWith(settings: Properties): Promise<Plugin> {
  const plugin = await Plugin.start("docker");
  onTestFinished(() => plugin.stop());
  await plugin.configure(settings);
  return plugin;
}

async function failure(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    if (error instanceof StepError) return error.message;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("the ssh client", () => {
  test("is the system's, with the user's options before the defaults and the command as one argument", async () => {
    const { machine } = host.get();
    const settings = [
      `UserKnownHostsFile=${machine.knownHostsFile}`,
      "StrictHostKeyChecking=yes",
      "IdentitiesOnly=yes",
    ];
    const sshOpts = ["-F", "/dev/null", "-i", machine.privateKeyFile, ...settings.flatMap((item) => ["-o", item])];
    const plugin = await pluginWith(host.get().settings({ sshOpts }));
    await plugin.create(CONTAINER, container);
    const [argv] = sshClients(plugin.pid);
    expect(argv).toEqual([
      ...["ssh", "-l", machine.user, "-p", String(machine.port), ...sshOpts],
      ...["-o ConnectTimeout=30", "-T", "--", machine.address, "docker system dial-stdio"],
    ]);
  });

  test("gets no default for an option that the user has set", async () => {
    const plugin = await pluginWith(host.get().settings());
    await plugin.create(CONTAINER, container);
    const argv = sshClients(plugin.pid)[0] ?? [];
    expect(argv.filter((argument) => argument.includes("ConnectTimeout"))).toEqual(["ConnectTimeout=10"]);
  });

  test("takes a configuration file, which reaches the hops of a jump host too", async () => {
    const { machine } = host.get();
    const folder = mkdtempSync(join(tmpdir(), "ssh-config-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const identity = `IdentityFile ${machine.privateKeyFile}\nUserKnownHostsFile ${machine.knownHostsFile}`;
    const config = [
      `Host hop\nHostName ${machine.address}\nUser ${machine.user}\nHostKeyAlias ${machine.address}\n${identity}`,
      `Host inner\nHostName 127.0.0.1\nUser ${machine.user}\nProxyJump hop\nHostKeyAlias ${machine.address}\n${identity}`,
    ];
    writeFileSync(join(folder, "config"), `${config.join("\n")}\nStrictHostKeyChecking yes\n`);
    const plugin = await pluginWith(
      host.get().settings({ host: "ssh://inner", sshOpts: ["-F", join(folder, "config")] }),
    );
    await plugin.create(CONTAINER, container);
    expect((await host.get().inspect("sleeper"))?.State.Running).toBe(true);
  });

  test("serves several requests over one connection, and ends with the plugin", async () => {
    const plugin = await Plugin.start("docker");
    await plugin.configure(host.get().settings());
    const before = await host.get().logins();
    await plugin.create(CONTAINER, container);
    await plugin.create(CONTAINER, { ...container, name: "second" });
    expect((await host.get().logins()) - before).toBe(1);
    const { pid } = plugin;
    expect(sshClients(pid)).toHaveLength(1);
    await plugin.stop();
    await waitFor("the end of the ssh client", () => Promise.resolve(sshClients(pid).length === 0));
    await waitFor("the end of its session on the host", async () => {
      return !(await host.get().machine.run("ps -eo args")).stdout.includes("dial-stdio");
    });
  });
});

describe("a connection is made", () => {
  test("neither when the provider is configured, nor for a preview, nor for a diff", async () => {
    const plugin = await pluginWith(host.get().settings());
    const created = await plugin.create(CONTAINER, container);
    const silent = await pluginWith(host.get().settings());
    const before = await host.get().logins();
    await silent.create(CONTAINER, container, { preview: true });
    await silent.diff(CONTAINER, created, { ...container, envs: ["A=1"] });
    await silent.update(CONTAINER, created, { ...container, restart: "always" }, { preview: true });
    expect(await host.get().logins()).toBe(before);
  });

  test("for a read", async () => {
    const plugin = await pluginWith(host.get().settings());
    const created = await plugin.create(CONTAINER, container);
    const reading = await pluginWith(host.get().settings());
    const before = await host.get().logins();
    await reading.read(CONTAINER, created);
    expect(await host.get().logins()).toBe(before + 1);
  });
});

describe("a host that can't be reached", () => {
  test("is an error with the address, the command and ssh's message, reported two times", async () => {
    const url = "ssh://core@127.0.0.1:1";
    const plugin = await pluginWith(host.get().settings({ host: url, sshOpts: ["-F", "/dev/null"] }));
    const text = await failure(plugin.create(CONTAINER, container));
    const sentence =
      `failed to create Docker client: Error pinging Docker server, please make sure that ${url} is reachable and has a  ` +
      `'_ping' endpoint. Error: error during connect: Head "http://docker.example.com/_ping": command [ssh -l core -p 1 ` +
      "-F /dev/null -o ConnectTimeout=30 -T -- 127.0.0.1 docker system dial-stdio] has exited with exit status 255, make " +
      "sure the URL is valid, and Docker 18.09 or later is installed on the remote host: " +
      "stderr=ssh: connect to host 127.0.0.1 port 1: Connection refused\r\n";
    expect(text).toBe(`1 error occurred:\n\t* ${sentence}\n\n`);
    const errors = plugin.takeMessages().filter((message) => message.severity === "error");
    expect(errors.map((message) => message.text)).toEqual([
      `  sdk-v2/provider2.go:571: sdk.helper_schema: ${sentence}: provider=docker@5.2.0`,
    ]);
  });

  test("is given up after ssh's ConnectTimeout", async () => {
    // Takes connections and says nothing.
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const settings = host.get().settings({
      host: `ssh://core@127.0.0.1:${port}`,
      sshOpts: ["-F", "/dev/null", "-o", "ConnectTimeout=2"],
    });
    const started = Date.now();
    const text = await failure((await pluginWith(settings)).create(CONTAINER, container));
    expect(text).toContain("Connection timed out during banner exchange");
    expect(Date.now() - started).toBeGreaterThanOrEqual(2_000);
  });

  test("is an error with the whole warning if its key differs", async () => {
    const folder = mkdtempSync(join(tmpdir(), "known-hosts-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const known = join(folder, "known_hosts");
    writeFileSync(
      known,
      `${host.get().machine.address} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE449Pgm6ijyKoteY+osSdCmSWjQcUfXJ1aWEKa/j8g9\n`,
    );
    const sshOpts = host
      .get()
      .sshOpts.map((option) => (option.startsWith("UserKnownHostsFile=") ? `UserKnownHostsFile=${known}` : option));
    const text = await failure((await pluginWith(host.get().settings({ sshOpts }))).create(CONTAINER, container));
    expect(text).toContain("REMOTE HOST IDENTIFICATION HAS CHANGED!");
    expect(text).toContain("Host key verification failed.");
  });

  test("is an error that names the step when it is read or deleted", async () => {
    const working = await pluginWith(host.get().settings());
    const created = await working.create(CONTAINER, container);
    const plugin = await pluginWith(host.get().settings({ host: "ssh://core@127.0.0.1:1" }));
    const urn = "urn:pulumi:stack::project::docker:index/container:Container::resource";
    expect(await failure(plugin.read(CONTAINER, created))).toMatch(
      `refreshing ${urn}: 1 error occurred:\n\t* failed to`,
    );
    expect(await failure(plugin.delete(CONTAINER, created))).toMatch(
      `deleting ${urn}: 1 error occurred:\n\t* failed to`,
    );
  });
});

describe("the provider's settings", () => {
  test("that change update the provider and replace nothing", async () => {
    const plugin = await pluginWith(host.get().settings());
    const other = host.get().settings({ host: "ssh://core@elsewhere", sshOpts: ["-v"] });
    expect(await plugin.diffConfig(host.get().settings(), other)).toEqual({
      changed: true,
      paths: { host: "UPDATE", sshOpts: "UPDATE" },
      replaces: [],
      deleteBeforeReplace: false,
    });
    expect((await plugin.diffConfig(host.get().settings(), host.get().settings())).changed).toBe(false);
  });

  test("that are unknown are refused", async () => {
    const plugin = await pluginWith(host.get().settings());
    const { failures } = await plugin.checkConfig({ ...host.get().settings(), nonsense: "1" });
    expect(failures).toHaveLength(1);
    expect(JSON.stringify(failures)).toContain("nonsense");
  });

  test.each([
    ["ssh://a:b@c", "invalid SSH URL: plain-text password is not supported"],
    ["ssh://a@b?c=d", 'invalid SSH URL: query parameters are not allowed: "c=d"'],
    ["ssh://a@b#c", 'invalid SSH URL: fragments are not allowed: "c"'],
  ])("with the host %s are refused at the first use", async (url, reason) => {
    const plugin = await pluginWith(host.get().settings({ host: url }));
    expect(await failure(plugin.create(CONTAINER, container))).toBe(
      `1 error occurred:\n\t* failed to create Docker client: ssh host connection is not valid: ${reason}\n\n`,
    );
  });
});
