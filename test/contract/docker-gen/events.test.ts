import { describe, expect, it } from "vitest";
import { type ContainerFixture, containerFixture, type GeneratorProcess } from "../../templates/harness";
import { Lab } from "./lab";

const names = "{{ range . }}{{ .Name }}\n{{ end }}";
const notifyAgent = "[config.NotifyContainers]\nagent = 1";

const agent = (): ContainerFixture => containerFixture({ name: "agent" });

/** Lets a container start on the engine: it is listed, then the event is sent. */
function begin(lab: Lab, name: string): ContainerFixture {
  const container = containerFixture({ name });
  lab.engine.answers.containers.push(container);
  lab.engine.emit({ action: "start", id: container.id, attributes: { name } });
  return container;
}

const watching = async (lab: Lab, toml: string, args: string[] = []): Promise<GeneratorProcess> =>
  lab.watch([...args, "-config", lab.configure({ names: { template: names, toml } })]);

describe("events", () => {
  it("are asked for with the default filter", async () => {
    const lab = await Lab.open();
    await watching(lab, "watch = true");
    const query = lab.engine.requests.find(({ path }) => path === "/events")?.query;
    expect(JSON.parse(query?.["filters"] ?? "")).toEqual({ event: ["start", "stop", "die", "health_status"] });
  });

  it("are asked for with further filters beside the default ones", async () => {
    const lab = await Lab.open();
    await watching(lab, "watch = true", [
      ...["-event-filter", "event=connect", "-event-filter", "event=disconnect"],
      ...["-event-filter", "type=container", "-event-filter", "type=network"],
    ]);
    const query = lab.engine.requests.find(({ path }) => path === "/events")?.query;
    expect(JSON.parse(query?.["filters"] ?? "")).toEqual({
      event: ["start", "stop", "die", "health_status", "connect", "disconnect"],
      type: ["container", "network"],
    });
  });

  it("render again only the blocks that watch", async () => {
    const lab = await Lab.open();
    const config = lab.configure({ live: { template: names, toml: "watch = true" }, once: { template: names } });
    const generator = await lab.watch(["-config", config]);
    const { id } = begin(lab, "redis");
    await generator.logged(/^Received event start for container /);
    await generator.until(() => lab.read("live.out") === "redis\n", "rendered again");
    expect(generator.logLines).toContain(`Received event start for container ${id.slice(0, 12)}`);
    expect(lab.read("once.out")).toBeUndefined();
  });

  it("are logged with their action and type, a health check's result included", async () => {
    const lab = await Lab.open();
    const generator = await watching(lab, "watch = true", [
      "-event-filter",
      "event=connect",
      "-event-filter",
      "type=network",
      "-event-filter",
      "type=container",
    ]);
    lab.engine.emit({ action: "health_status: healthy", id: "c".repeat(64) });
    lab.engine.emit({ action: "connect", type: "network", id: "f".repeat(64) });
    await generator.logged(/^Received event health_status: healthy for container cccccccccccc$/);
    await generator.logged(/^Received event connect for network ffffffffffff$/);
  });

  it("with an id under 12 characters, such as a volume's name, end the process with a panic", async () => {
    const lab = await Lab.open();
    const generator = await watching(lab, "watch = true", ["-event-filter", "event=destroy"]);
    lab.engine.emit({ action: "destroy", type: "volume", id: "data" });
    expect(await generator.ended).toEqual({ exitCode: 2, signal: null });
    expect(generator.log).toMatch(/^panic: runtime error: slice bounds out of range/m);
  });

  it("of other types are kept away by a filter on the type", async () => {
    const lab = await Lab.open();
    const generator = await watching(lab, "watch = true", [
      "-event-filter",
      "event=destroy",
      "-event-filter",
      "type=container",
    ]);
    lab.engine.emit({ action: "destroy", type: "volume", id: "data" });
    begin(lab, "redis");
    await generator.until(() => lab.read("names.out") === "redis\n", "rendered again");
  });

  it("without a wait render and notify once each", async () => {
    const lab = await Lab.open([agent()]);
    const generator = await watching(lab, `watch = true\n${notifyAgent}`);
    for (let count = 1; count <= 10; count++) {
      begin(lab, `redis-${count}`);
      await generator.until(() => lab.notices().length === count + 1, `notice ${count}`);
    }
  });

  it("within the shortest wait are gathered into one render, the last one included", async () => {
    const lab = await Lab.open([agent()]);
    const generator = await watching(lab, `watch = true\nwait = "400ms:10s"\n${notifyAgent}`);
    for (let count = 1; count <= 20; count++) {
      begin(lab, `redis-${count}`);
    }
    await generator.logged(/^Debounce minTimer fired$/);
    await generator.until(() => lab.read("names.out")?.includes("redis-20\n") ?? false, "the last one is in");
    await generator.until(() => lab.notices().length === 2, "one notice more");
    expect(generator.logLines.filter((line) => line.startsWith("Received event"))).toHaveLength(20);
    expect(generator.logLines.filter((line) => line.startsWith("Debounce"))).toHaveLength(1);
  });

  it("that do not cease are rendered after the longest wait", async () => {
    const lab = await Lab.open();
    const generator = await watching(lab, 'watch = true\nwait = "2s:3s"');
    const start = Date.now();
    const timer = setInterval(() => begin(lab, `redis-${Date.now() - start}`), 100);
    try {
      await generator.logged(/^Debounce maxTimer fired$/);
    } finally {
      clearInterval(timer);
    }
    expect(Date.now() - start).toBeGreaterThan(2900);
    expect(generator.logLines).not.toContain("Debounce minTimer fired");
  });

  it("wait at most four times the shortest wait if no longest is given", async () => {
    const lab = await Lab.open();
    const generator = await watching(lab, 'watch = true\nwait = "1s"');
    const start = Date.now();
    const timer = setInterval(() => begin(lab, `redis-${Date.now() - start}`), 50);
    try {
      await generator.logged(/^Debounce maxTimer fired$/);
    } finally {
      clearInterval(timer);
    }
    expect(Date.now() - start).toBeGreaterThan(3900);
  });
});

describe("a generator that watches", () => {
  it("renders everything two times at its start: before and after it listens", async () => {
    const lab = await Lab.open();
    const config = lab.configure({ live: { template: "a", toml: "watch = true" }, once: { template: "b" } });
    const generator = await lab.watch(["-config", config]);
    expect(generator.logLines).toEqual([
      `Generated '${lab.path("live.out")}' from 0 containers`,
      `Generated '${lab.path("once.out")}' from 0 containers`,
      "Watching docker events",
      `Contents of ${lab.path("live.out")} did not change. Skipping notification ''`,
      `Contents of ${lab.path("once.out")} did not change. Skipping notification ''`,
    ]);
  });

  it("ends with status 0 at SIGTERM and SIGINT", async () => {
    for (const [signal, word] of [
      ["SIGTERM", "terminated"],
      ["SIGINT", "interrupt"],
    ] as const) {
      const lab = await Lab.open();
      const generator = await watching(lab, 'watch = true\nwait = "100ms:1s"');
      generator.kill(signal);
      await generator.logged(new RegExp(`^Received signal: ${word}$`));
      expect(await generator.terminate()).toEqual({ exitCode: 0, signal: null });
    }
  });

  it("renders everything at SIGHUP, including blocks that do not watch", async () => {
    const lab = await Lab.open();
    const config = lab.configure({ live: { template: names, toml: "watch = true" }, once: { template: names } });
    const generator = await lab.watch(["-config", config]);
    lab.engine.answers.containers.push(containerFixture({ name: "redis" }));
    generator.kill("SIGHUP");
    await generator.until(() => lab.read("once.out") === "redis\n", "rendered again");
    expect(lab.read("live.out")).toBe("redis\n");
    expect(generator.log).toContain("Received signal: hangup");
  });

  it("does not end at a SIGHUP that comes before it listens to signals", async () => {
    const lab = await Lab.open();
    const config = lab.configure({
      first: { template: "a", toml: 'notifycmd = "kill -HUP $PPID"' },
      second: { template: "b" },
    });
    const run = await lab.run(["-config", config]);
    expect(run.exitCode).toBe(0);
    expect(lab.read("second.out")).toBe("b");
  });
});
