import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { waitFor } from "../../../tools/shared/wait";
import { IMAGE } from "./support/docker-host";
import { Project } from "./support/project";
import { useHost } from "./support/use";

/** Two commands, one after the other; the first takes some seconds. */
const COMMANDS = `
  const first = new command.remote.Command("first", {
    connection: settings.connection, create: "touch /tmp/first-begun; sleep 4; touch /tmp/first-done", delete: "rm -f /tmp/first-*",
  });
  new command.remote.Command("second", { connection: settings.connection, create: "touch /tmp/second" }, { dependsOn: [first] });`;

/** A container whose creation goes on until it is healthy, which it never is. */
const CONTAINER = `
  const provider = new docker.Provider("provider", settings.provider);
  new docker.Container("container", { name: "it", image: settings.image, ...settings.args }, { provider });`;

const host = useHost("interruption");

function connection(): Record<string, unknown> {
  const { machine } = host.get();
  const privateKey = readFileSync(machine.privateKeyFile, "utf8");
  return { host: machine.address, user: machine.user, privateKey, hostKey: machine.hostKey };
}

async function exists(path: string): Promise<boolean> {
  return (await host.get().machine.run(`test -e ${path}`, { check: false })).status === 0;
}

describe("an update that is interrupted", () => {
  test("ends after the running step, and the next run continues from there", async () => {
    await host.get().machine.run("rm -f /tmp/first-* /tmp/second");
    const project = await Project.create(COMMANDS);
    project.configure({ connection: connection() });
    const up = project.startUp();
    await waitFor("the first command", () => exists("/tmp/first-begun"));
    up.signal("SIGINT");
    expect(await up.ended(), up.text).not.toBe(0);
    expect(await exists("/tmp/first-done")).toBe(true);
    expect(await exists("/tmp/second")).toBe(false);
    const state = await project.state();
    expect(state.deployment.pending_operations ?? []).toEqual([]);
    expect(await project.stored("first")).toBeDefined();
    const next = await project.up();
    expect(next.status, next.text).toBe(0);
    expect(await exists("/tmp/second")).toBe(true);
  });
});

describe("an update that is killed", () => {
  test("leaves its lock, a pending operation and a container that is in no state", async () => {
    const project = await Project.create(CONTAINER);
    const provider = { host: host.get().url, sshOpts: host.get().sshOpts };
    const never = { wait: true, waitTimeout: 20, healthcheck: { tests: ["CMD", "false"], interval: "1s" } };
    project.configure({ provider, image: IMAGE, args: never });
    const up = project.startUp();
    await waitFor("the container", async () => (await host.get().inspect("it"))?.State.Running === true);
    up.signal("SIGKILL");
    await up.ended();
    project.configure({ provider, image: IMAGE, args: {} });

    const locked = await project.up();
    expect(locked.status).not.toBe(0);
    expect(locked.text).toContain("the stack is currently locked by 1 lock(s)");
    expect(locked.text).toContain("pulumi cancel");

    expect((await project.pulumi(["cancel", "--yes", "test"])).status).toBe(0);
    const met = await project.up();
    expect(met.status).not.toBe(0);
    expect(met.text).toContain("1 pending operations from previous deployment");
    expect(met.text).toContain('The container name "/it" is already in use');
  });
});

describe("an update at the same time as another", () => {
  test("reports the lock at once", async () => {
    await host.get().machine.run("rm -f /tmp/first-* /tmp/second");
    const project = await Project.create(COMMANDS);
    project.configure({ connection: connection() });
    const first = project.startUp();
    await waitFor("the first command", () => exists("/tmp/first-begun"));
    const second = await project.up();
    expect(second.status).not.toBe(0);
    expect(second.text).toContain("the stack is currently locked by 1 lock(s)");
    expect(await first.ended(), first.text).toBe(0);
  });
});
