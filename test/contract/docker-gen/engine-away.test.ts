import { describe, expect, it, onTestFinished } from "vitest";
import { containerFixture } from "../../templates/harness";
import { Lab } from "./lab";

const names = "{{ range . }}{{ .Name }}\n{{ end }}";
const watch = (lab: Lab) => ["-config", lab.configure({ names: { template: names, toml: "watch = true" } })];

describe("an engine that is away", () => {
  it("is followed again 10 s after it ended the connection, and everything is rendered", async () => {
    const lab = await Lab.open([containerFixture({ name: "before" })]);
    const generator = await lab.watch(watch(lab));
    await lab.engine.interrupt();
    lab.engine.answers.containers.push(containerFixture({ name: "after" }));
    await lab.engine.resume();
    await generator.logged(/^Docker daemon connection interrupted$/);
    await generator.logged(/^Watching docker events$/, 2, 20_000);
    await generator.until(() => lab.read("names.out") === "before\nafter\n", "rendered again");
    await generator.until(() => lab.engine.listenerCount === 1, "follows the events again");
  });

  it("is pinged after 10 s of quiet; when that fails, it is followed anew and everything is rendered", async () => {
    const lab = await Lab.open();
    const generator = await lab.watch(watch(lab));
    lab.engine.fail(/_ping/, 500, "no answer");
    await generator.logged(/^Unable to ping docker daemon: /, 1, 15_000);
    lab.engine.heal();
    lab.engine.answers.containers.push(containerFixture({ name: "redis" }));
    generator.kill("SIGHUP");
    await generator.logged(/^Watching docker events$/, 2);
    await generator.until(() => lab.read("names.out") === "redis\n", "rendered again");
  });

  it("at the start is logged, and the process ends with status 0 if no block watches", async () => {
    const lab = await Lab.open();
    const run = await lab.run(["-config", lab.configure({ names: { template: names } })], {
      DOCKER_HOST: `unix://${lab.path("none.sock")}`,
    });
    expect(run.exitCode).toBe(0);
    expect(run.log).toHaveLength(3);
    expect(run.log[0]).toMatch(/^Error retrieving docker server version info: /);
    expect(run.log[1]).toMatch(/^Error retrieving docker server info: /);
    expect(run.log[2]).toMatch(/^Error listing containers: /);
  });

  it("that comes up later is followed, but its version stays unknown", async () => {
    const lab = await Lab.open([containerFixture({ name: "redis" })]);
    await lab.engine.interrupt();
    const template = "{{ .Docker.Name }} [{{ .Docker.Version }}]";
    const config = lab.configure({ engine: { template, toml: "watch = true" } });
    const generator = await lab.start(["-config", config]);
    await generator.logged(/^Error listing containers: /);
    await lab.engine.resume();
    const events = setInterval(() => lab.engine.emit({ action: "start", id: "c".repeat(64) }), 100);
    onTestFinished(() => clearInterval(events));
    await generator.until(() => lab.read("engine.out") !== undefined, "rendered", 20_000);
    expect(lab.read("engine.out")).toBe("fixture-host []");
  });
});

describe("an answer that fails", () => {
  it("to the list leaves every file of that pass as it was", async () => {
    const lab = await Lab.open();
    lab.engine.fail(/^GET \/containers\/json/, 500, "out of order");
    const run = await lab.run(["-config", lab.configure({ a: { template: "a" }, b: { template: "b" } })]);
    expect(run).toEqual({ exitCode: 0, log: ["Error listing containers: API error (500): out of order"], output: "" });
    expect(lab.read("a.out")).toBeUndefined();
  });

  it("to the networks is as bad as one to the list", async () => {
    const lab = await Lab.open();
    lab.engine.fail(/^GET \/networks/, 500, "out of order");
    const run = await lab.run(["-config", lab.configure({ a: { template: "a" } })]);
    expect(run.log).toEqual(["Error listing containers: API error (500): out of order"]);
  });

  it("to the details of one container, which may have gone, leaves that one out", async () => {
    const gone = containerFixture({ name: "gone" });
    const lab = await Lab.open([gone, containerFixture({ name: "redis" })]);
    lab.engine.answers.containers[0] = { ...gone, inspect: null };
    const run = await lab.run(["-config", lab.configure({ names: { template: names } })]);
    expect(run.log[0]).toBe(`Error inspecting container: ${gone.id}: No such container: ${gone.id}`);
    expect(lab.read("names.out")).toBe("redis\n");
  });

  it("to the description of the engine is logged, and .Docker is empty", async () => {
    const lab = await Lab.open();
    lab.engine.fail(/^GET \/info/, 500, "out of order");
    const run = await lab.run(["-config", lab.configure({ a: { template: "[{{ .Docker.Name }}]" } })]);
    expect(run.log[0]).toBe("Error retrieving docker server info: API error (500): out of order");
    expect(lab.read("a.out")).toBe("[]");
  });
});
