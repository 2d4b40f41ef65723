import { describe, expect, it } from "vitest";
import { containerFixture } from "../../templates/harness";
import { Lab } from "./lab";

const agent = () => containerFixture({ name: "agent", labels: { role: "agent" } });

describe("notices", () => {
  it.each([
    ["1 (SIGHUP)", 1, "kill agent signal=1"],
    ["any other number", 12, "kill agent signal=12"],
    ["-1 (restart, 10 s of grace)", -1, "restart agent t=10"],
    ["0: a kill without a signal, which an engine takes for SIGKILL", 0, "kill agent"],
  ])("go to a container as %s", async (_, signal, notice) => {
    const lab = await Lab.open([agent()]);
    const toml = `[config.NotifyContainers]\nagent = ${signal}`;
    const run = await lab.run(["-config", lab.configure({ names: { template: "a", toml } })]);
    expect(lab.notices()).toEqual([notice]);
    expect(run.log.at(-1)).toBe(`Sending container 'agent' signal '${signal}'`);
  });

  it("come in an order: file, command, containers, filtered containers", async () => {
    const filtered = containerFixture({ name: "filtered", labels: { role: "reader" } });
    const lab = await Lab.open([agent(), filtered]);
    const toml = [
      `notifycmd = "cp ${lab.path("names.out")} ${lab.path("copy")}; echo one; echo; echo two >&2"`,
      "notifyoutput = true",
      "notifycontainerssignal = 15",
      "[config.NotifyContainers]\nagent = 1",
      '[config.NotifyContainersFilter]\nlabel = ["role=reader"]',
    ].join("\n");
    const run = await lab.run(["-config", lab.configure({ names: { template: "a", toml } })]);
    const command = `cp ${lab.path("names.out")} ${lab.path("copy")}; echo one; echo; echo two >&2`;
    expect(run.log).toEqual([
      `Generated '${lab.path("names.out")}' from 2 containers`,
      `Running '${command}'`,
      `[${command}]: one`,
      `[${command}]: two`,
      "Sending container 'agent' signal '1'",
      `Sending container '${filtered.id}' signal '15'`,
    ]);
    expect(lab.read("copy")).toBe("a");
    expect(lab.notices()).toEqual(["kill agent signal=1", `kill ${filtered.id} signal=15`]);
  });

  it("by a filter go to running containers only", async () => {
    const stopped = containerFixture({ name: "stopped", labels: { role: "agent" }, running: false });
    const lab = await Lab.open([stopped, agent()]);
    const toml = 'notifycontainerssignal = 1\n[config.NotifyContainersFilter]\nlabel = ["role=agent"]';
    await lab.run(["-config", lab.configure({ names: { template: "a", toml } })]);
    expect(lab.notices()).toEqual([`kill ${agent().id} signal=1`]);
  });

  it("by a filter without a signal become a kill without a signal", async () => {
    const lab = await Lab.open([agent()]);
    const toml = '[config.NotifyContainersFilter]\nlabel = ["role=agent"]';
    await lab.run(["-config", lab.configure({ names: { template: "a", toml } })]);
    expect(lab.notices()).toEqual([`kill ${agent().id}`]);
  });

  it("show a command's output only on request, and its failure always", async () => {
    const lab = await Lab.open();
    const run = await lab.run([
      "-config",
      lab.configure({ names: { template: "a", toml: 'notifycmd = "echo quiet; exit 3"' }, next: { template: "b" } }),
    ]);
    expect(run.exitCode).toBe(0);
    expect(run.log).toEqual([
      `Generated '${lab.path("names.out")}' from 0 containers`,
      "Running 'echo quiet; exit 3'",
      "Error running notify command: echo quiet; exit 3, exit status 3",
      `Generated '${lab.path("next.out")}' from 0 containers`,
    ]);
  });

  it.each([
    ["missing", [], "Error sending signal to container: No such container: agent"],
    [
      "stopped",
      [containerFixture({ name: "agent", running: false })],
      "Error sending signal to container: Container not running: agent",
    ],
  ])("to a container that is %s are logged, and never sent again", async (_, containers, message) => {
    const lab = await Lab.open(containers);
    const config = lab.configure({ names: { template: "a", toml: "[config.NotifyContainers]\nagent = 1" } });
    const first = await lab.run(["-config", config]);
    const second = await lab.run(["-config", config]);
    expect(first.exitCode).toBe(0);
    expect(first.log).toContain(message);
    expect(second.log).toEqual([`Contents of ${lab.path("names.out")} did not change. Skipping notification ''`]);
    expect(lab.notices()).toEqual(["kill agent signal=1"]);
  });

  it("that restart a missing container are logged", async () => {
    const lab = await Lab.open();
    const toml = "[config.NotifyContainers]\nagent = -1";
    const run = await lab.run(["-config", lab.configure({ names: { template: "a", toml } })]);
    expect(run.exitCode).toBe(0);
    expect(run.log.at(-1)).toBe("Error sending restarting container: No such container: agent");
  });

  it("go out once for each block, also when it is the same container", async () => {
    const lab = await Lab.open([agent()]);
    const toml = "[config.NotifyContainers]\nagent = 1";
    const blocks = Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, { template: name, toml }]));
    await lab.run(["-config", lab.configure(blocks)]);
    expect(lab.notices()).toEqual(Array<string>(4).fill("kill agent signal=1"));
  });

  it("go out at every interval, whether the file changed or not", async () => {
    const lab = await Lab.open([agent()]);
    const toml = "interval = 1\n[config.NotifyContainers]\nagent = 1";
    const generator = await lab.start(["-config", lab.configure({ names: { template: "a", toml } })]);
    await generator.until(() => lab.notices().length === 3, "three notices");
    expect(generator.logLines).toContain("Generating every 1 seconds");
    expect(generator.logLines.filter((line) => line.startsWith("Generated"))).toHaveLength(1);
    expect(lab.engine.listenerCount).toBe(0);
    expect((await generator.terminate()).exitCode).toBe(0);
  });
});
