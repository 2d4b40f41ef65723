import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { IMAGE } from "./support/docker-host";
import { Project, changes } from "./support/project";
import { useHost } from "./support/use";

/** A provider and what a test puts on it; `settings.args` are over the container's own. */
const CONTAINER = `
  const provider = new docker.Provider("provider", settings.provider);
  new docker.Container("container", { name: "it", image: settings.image, ...settings.args }, { provider, ...settings.opts });`;

/** A command with the arguments and options that a test gives it. */
const COMMAND = `new command.remote.Command("command", { connection: settings.connection, ...settings.args }, settings.opts);`;

const host = useHost("deployment");

function provider(): { host: string; sshOpts: string[] } {
  return { host: host.get().url, sshOpts: host.get().sshOpts };
}

function connection(): Record<string, unknown> {
  const { machine } = host.get();
  const privateKey = readFileSync(machine.privateKeyFile, "utf8");
  return { host: machine.address, user: machine.user, privateKey, hostKey: machine.hostKey, dialErrorLimit: 0 };
}

/** Brings up a container with these arguments, in a project of its own. */
async function withContainer(args: Readonly<Record<string, unknown>> = {}): Promise<Project> {
  const project = await Project.create(CONTAINER);
  project.configure({ provider: provider(), image: IMAGE, args });
  const run = await project.up();
  expect(run.status, run.text).toBe(0);
  return project;
}

describe("a container", () => {
  test("is connected for by an update with something to do and by a refresh, by nothing else", async () => {
    const project = await withContainer();
    const before = await host.get().logins();
    expect((await project.preview("--expect-no-changes")).status).toBe(0);
    project.configure({ provider: provider(), image: IMAGE, args: { envs: ["A=1"] } });
    expect((await project.preview()).steps.some((step) => step.op === "replace")).toBe(true);
    project.configure({ provider: provider(), image: IMAGE });
    expect(changes(await project.up())).toEqual([]);
    expect(await host.get().logins()).toBe(before);
    expect((await project.refresh("--expect-no-changes")).status).toBe(0);
    expect(await host.get().logins()).toBeGreaterThan(before);
  });

  test("is believed in after the provider's host has changed: only the provider is updated", async () => {
    const project = await withContainer();
    const elsewhere = { ...provider(), host: "ssh://core@127.0.0.1:1" };
    project.configure({ provider: elsewhere, image: IMAGE });
    const run = await project.up();
    expect(run.status, run.text).toBe(0);
    expect(changes(run)).toEqual(["update provider"]);
    expect((await project.stored("container"))?.outputs?.["name"]).toBe("it");
  });

  test("is read with the provider's settings in the state, or with the program's if it is run", async () => {
    const project = await withContainer();
    project.configure({ provider: { ...provider(), host: "ssh://core@127.0.0.1:1" }, image: IMAGE });
    expect((await project.refresh()).status).toBe(0);
    const run = await project.refresh("--run-program");
    expect(run.status).not.toBe(0);
    expect(run.text).toContain("ssh: connect to host 127.0.0.1 port 1: Connection refused");
  });

  test("that is replaced is deleted first and created second", async () => {
    const project = await withContainer({ envs: ["A=1"] });
    project.configure({ provider: provider(), image: IMAGE, args: { envs: ["A=2"] } });
    const run = await project.up();
    expect(run.status, run.text).toBe(0);
    expect(changes(run)).toEqual(["delete-replaced container", "replace container", "create-replacement container"]);
    expect((await host.get().inspect("it"))?.Config.Env).toContain("A=2");
  });

  test("with replaceOnChanges is replaced by a change that would only be reported as an update, if it is deleted first", async () => {
    const replaceOnChanges = ["mounts", "healthcheck", "tmpfs", "init"];
    const before = { mounts: [{ type: "bind", source: "/etc", target: "/m" }], tmpfs: { "/a": "rw" } };
    const after = { mounts: [{ type: "bind", source: "/opt", target: "/m" }], tmpfs: { "/a": "ro" } };
    const project = await withContainer(before);
    project.configure({ provider: provider(), image: IMAGE, args: after, opts: { replaceOnChanges } });
    // The plugin sees an update, and so does not ask for the old one to go first.
    const met = await project.up();
    expect(met.status).not.toBe(0);
    expect(met.text).toContain('The container name "/it" is already in use');
    const opts = { replaceOnChanges, deleteBeforeReplace: true };
    project.configure({ provider: provider(), image: IMAGE, args: after, opts });
    const run = await project.up();
    expect(run.status, run.text).toBe(0);
    expect(changes(run)).toEqual(["delete-replaced container", "replace container", "create-replacement container"]);
    const found = (await host.get().inspect("it"))?.HostConfig;
    expect([found?.Mounts?.[0]?.Source, found?.Tmpfs]).toEqual(["/opt", { "/a": "ro" }]);
  });

  test("that was removed by hand is made again only after a refresh", async () => {
    const project = await withContainer();
    await host.get().docker("rm -f it");
    expect(changes(await project.up())).toEqual([]);
    expect((await project.refresh()).status).toBe(0);
    expect(changes(await project.up())).toEqual(["create container"]);
    expect((await host.get().inspect("it"))?.State.Running).toBe(true);
  });

  test("that was removed by hand is found by a refresh that only looks, which changes nothing", async () => {
    const project = await withContainer();
    const clean = await project.drift();
    expect(clean.status, clean.text).toBe(0);
    await host.get().docker("rm -f it");
    const found = await project.drift();
    expect(found.status).not.toBe(0);
    expect(found.steps).toContainEqual({ op: "delete", name: "container", when: "done" });
    expect(found.text).toContain("error: no changes were expected for refresh but changes were proposed");
    expect(await project.stored("container")).toBeDefined();
  });

  test("whose start fails is there and in the state, and replaced by the next update", async () => {
    const project = await Project.create(CONTAINER);
    project.configure({ provider: provider(), image: IMAGE, args: { command: ["/nope"] } });
    const failed = await project.up();
    expect(failed.status).not.toBe(0);
    expect((await project.stored("container"))?.initErrors).toHaveLength(1);
    expect((await host.get().inspect("it"))?.State.Status).toBe("created");
    project.configure({ provider: provider(), image: IMAGE, args: { command: ["sleep", "100"] } });
    const mended = await project.up();
    expect(mended.status, mended.text).toBe(0);
    expect(changes(mended)).toContain("create-replacement container");
    expect((await host.get().inspect("it"))?.State.Running).toBe(true);
  });

  test("under another name in the program conflicts with its old container, unless an alias identifies it", async () => {
    const project = await withContainer();
    const renamed = (opts: string): string => `
      const provider = new docker.Provider("provider", settings.provider);
      new docker.Container("renamed", { name: "it", image: settings.image }, { provider, ${opts} });`;
    project.program(renamed(""));
    const met = await project.up();
    expect(met.status).not.toBe(0);
    expect(met.text).toContain('The container name "/it" is already in use');
    project.program(renamed('aliases: [{ name: "container" }]'));
    const run = await project.up();
    expect(run.status, run.text).toBe(0);
    expect(changes(run)).toEqual([]);
  });

  test("keeps a secret of its environment out of state and output", async () => {
    const project = await Project.create(CONTAINER.replace("...settings.args", 'envs: [pulumi.secret("A=s3cret")]'));
    project.configure({ provider: provider(), image: IMAGE });
    const run = await project.up("--diff");
    expect(run.status, run.text).toBe(0);
    expect(run.text).not.toContain("s3cret");
    expect(JSON.stringify(await project.state())).not.toContain("s3cret");
    expect(JSON.stringify(await project.state({ showSecrets: true }))).toContain("s3cret");
    expect((await host.get().inspect("it"))?.Config.Env).toContain("A=s3cret");
  });
});

describe("a host that is dead", () => {
  const two = `
    for (const [name, url] of Object.entries(settings.hosts)) {
      const provider = new docker.Provider(name, { ...settings.provider, host: url });
      const first = new docker.Container(name + "-first", { name: name + "-first", image: settings.image }, { provider });
      new docker.Container(name + "-second", { name: name + "-second", image: settings.image }, { provider, dependsOn: [first] });
    }`;

  test("stops the others' next steps, unless the update is to go on", async () => {
    const project = await Project.create(two);
    const sshOpts = [...provider().sshOpts];
    const hosts = { dead: "ssh://core@127.0.0.1:1", living: host.get().url };
    project.configure({ provider: { sshOpts }, hosts, image: IMAGE });
    const stopped = await project.up("--parallel", "1");
    expect(stopped.status).not.toBe(0);
    expect(await host.get().inspect("living-second")).toBeUndefined();
    const went = await project.up("--continue-on-error");
    expect(went.status).not.toBe(0);
    expect((await host.get().inspect("living-second"))?.State.Running).toBe(true);
    expect(went.steps.some((step) => step.name === "dead-second" && step.when === "done")).toBe(false);
  });
});

describe("a command", () => {
  test("with an edited trigger is created again before the old one is deleted, unless it is to be the other way", async () => {
    const say = (word: string) => `echo ${word} >>/tmp/order`;
    const args = (trigger: string) => ({
      create: say(`create-${trigger}`),
      delete: say(`delete-${trigger}`),
      triggers: [trigger],
    });
    const order = async (opts: Record<string, unknown>): Promise<string> => {
      const project = await Project.create(COMMAND);
      for (const trigger of ["a", "b"]) {
        project.configure({ connection: connection(), args: args(trigger), opts });
        const run = await project.up();
        expect(run.status, run.text).toBe(0);
      }
      return (await host.get().machine.run("cat /tmp/order; rm /tmp/order")).stdout.replaceAll("\n", " ").trim();
    };
    expect(await order({})).toBe("create-a create-b delete-a");
    expect(await order({ deleteBeforeReplace: true })).toBe("create-a delete-a create-b");
  });

  test("is run again for a change of anything, the connection too", async () => {
    const project = await Project.create(COMMAND);
    const args = { create: "echo run >>/tmp/runs" };
    project.configure({ connection: connection(), args });
    await project.up();
    project.configure({ connection: { ...connection(), dialErrorLimit: 1 }, args });
    expect(changes(await project.up())).toEqual(["update command"]);
    expect((await host.get().machine.run("cat /tmp/runs; rm /tmp/runs")).stdout).toBe("run\nrun\n");
  });

  test("that echoes a secret shows it and keeps it in the clear, unless both is turned off", async () => {
    const echo = (more: string): string =>
      `new command.remote.Command("command", { connection: settings.connection, create: "cat", stdin: pulumi.secret("s3cret"), ${more});`;
    const project = await Project.create(echo("}"));
    project.configure({ connection: connection() });
    expect((await project.up()).status).toBe(0);
    expect(JSON.stringify(await project.state())).toContain("s3cret");
    const hidden = await Project.create(echo('logging: "none" }, { additionalSecretOutputs: ["stdout", "stderr"] }'));
    hidden.configure({ connection: connection() });
    const run = await hidden.up("--diff");
    expect(run.status, run.text).toBe(0);
    expect(run.text).not.toContain("s3cret");
    expect(JSON.stringify(await hidden.state())).not.toContain("s3cret");
  });

  test("never has its private key in the state or the output in the clear, nor when it fails", async () => {
    const project = await Project.create(COMMAND);
    project.configure({ connection: connection(), args: { create: "exit 3" } });
    const run = await project.up("--diff");
    expect(run.status).not.toBe(0);
    expect(run.text).toContain('error: Process exited with status 3: running "exit 3":');
    const secretLine = readFileSync(host.get().machine.privateKeyFile, "utf8").split("\n")[2] ?? "";
    expect(secretLine).not.toBe("");
    expect(run.text).not.toContain(secretLine);
    expect(JSON.stringify(await project.state())).not.toContain(secretLine);
  });
});
