import { describe, expect, test } from "vitest";
import { IMAGE } from "./support/docker-host";
import { failureOf, outcomeOf } from "./support/outcome";
import { UNKNOWN } from "./support/plugin";
import type { Properties, Resource } from "./support/plugin";
import { useHost, usePlugin } from "./support/use";

const CONTAINER = "docker:index/container:Container";
const small: Properties = { name: "small", image: IMAGE };

const host = useHost("docker-state");
const plugin = usePlugin("docker", () => host.get().settings());

async function readBack(resource: Resource): Promise<Resource> {
  const read = await plugin.get().read(CONTAINER, resource);
  if (read === undefined) throw new Error("it is gone");
  return read;
}

describe("inputs", () => {
  test("get the original's defaults", async () => {
    const { inputs } = await plugin.get().check(CONTAINER, { ...small, healthcheck: { tests: ["CMD", "true"] } });
    expect(inputs).toMatchObject({
      containerReadRefreshTimeoutMilliseconds: 15000,
      healthcheck: { interval: "0s", startInterval: "0s", startPeriod: "0s", timeout: "0s" },
      mustRun: true,
      networkMode: "bridge",
      removeVolumes: true,
      restart: "no",
      start: true,
      waitTimeout: 60,
    });
  });

  test.each<[string, Properties, string]>([
    ["an unknown property", { links: ["x"] }, "Invalid or unknown key. Examine values at 'resource.links'."],
    [
      "an unknown restart policy",
      { restart: "often" },
      "'often' doesn't match the pattern '^(no|on-failure|always|unless-stopped)$'",
    ],
    ["a negative memory", { memory: -5 }, "'-5' cannot be lower than 0"],
    ["a bad duration", { healthcheck: { interval: "abc" } }, "'abc' is not a valid duration"],
    [
      "a bad type of mount",
      { mounts: [{ type: "x", target: "/x" }] },
      "'x' doesn't match the pattern '^(bind|volume|tmpfs)$'",
    ],
    ["a relative path", { volumes: [{ hostPath: "rel", containerPath: "/x" }] }, "'rel' must be an absolute path"],
  ])("with %s are refused", async (_what, more, reason) => {
    const { failures } = await plugin.get().check(CONTAINER, { ...small, ...more });
    expect(failures.map((failure) => failure.reason)).toEqual([expect.stringContaining(reason)]);
  });

  test("of a resource type that isn't there are refused", async () => {
    const error = await failureOf(plugin.get().check("docker:index/nonsense:Nonsense", {}));
    expect(error.message).toBe("unrecognized resource type (Check): docker:index/nonsense:Nonsense");
  });
});

describe("a preview of a creation", () => {
  test("leaves the engine's decisions unknown", async () => {
    const { id, outputs } = await plugin.get().create(CONTAINER, small, { preview: true });
    expect(id).toBe("");
    const unknown = Object.entries(outputs).filter(([, value]) => value === UNKNOWN);
    expect(unknown.map(([name]) => name).sort()).toEqual([
      ...[
        "bridge",
        "command",
        "containerLogs",
        "entrypoints",
        "envs",
        "exitCode",
        "healthcheck",
        "hostname",
        "id",
        "init",
      ],
      ...[
        "ipcMode",
        "labels",
        "logDriver",
        "networkDatas",
        "platform",
        "runtime",
        "securityOpts",
        "shmSize",
        "stopSignal",
      ],
      "stopTimeout",
    ]);
  });
});

describe("the state", () => {
  test("of a container with about everything is clean: no change right after it was made, nor after it was read", async () => {
    await host.get().docker("network create first");
    const inputs = {
      ...small,
      hostname: "a-name",
      restart: "unless-stopped",
      envs: ["A=1"],
      labels: [{ label: "x", value: "1" }],
      mounts: [{ type: "bind", source: "/etc", target: "/mounted", readOnly: true }],
      volumes: [{ hostPath: "/opt", containerPath: "/opt" }],
      memory: 64,
      memorySwap: 64,
      logOpts: { "max-size": "10m" },
      capabilities: { adds: ["CAP_CHOWN"], drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      readOnly: true,
      tmpfs: { "/run": "rw" },
      healthcheck: { tests: ["CMD", "true"], interval: "30s", timeout: "0s", retries: 3 },
      networkMode: "first",
      networksAdvanced: [{ name: "first", aliases: ["it"] }, { name: "bridge" }],
      init: true,
      groupAdds: ["10"],
    };
    const created = await plugin.get().create(CONTAINER, inputs);
    expect(outcomeOf(await plugin.get().diff(CONTAINER, created, inputs))).toEqual({ does: "nothing", paths: {} });
    const read = await readBack(created);
    expect(outcomeOf(await plugin.get().diff(CONTAINER, read, inputs))).toEqual({ does: "nothing", paths: {} });
    for (const name of Object.keys(inputs)) expect(read.inputs[name], name).toEqual(created.inputs[name]);
  });

  test.each<[string, Properties, Readonly<Record<string, string>>]>([
    ["short names of capabilities", { capabilities: { adds: ["CHOWN"] } }, {}],
    [
      "times that Go writes otherwise",
      { healthcheck: { tests: ["CMD", "true"], interval: "90s" } },
      { "healthcheck.interval": "UPDATE" },
    ],
  ])("with %s", async (_what, more, paths) => {
    const created = await plugin.get().create(CONTAINER, { ...small, ...more });
    expect((await plugin.get().diff(CONTAINER, created, { ...small, ...more })).paths).toEqual(paths);
  });

  test("with securityOpts in the host's process namespace wants a replacement once it was read", async () => {
    // The engine adds "label=disable" of its own.
    const inputs = { ...small, pidMode: "host", securityOpts: ["no-new-privileges:true"] };
    const created = await plugin.get().create(CONTAINER, inputs);
    expect(outcomeOf(await plugin.get().diff(CONTAINER, created, inputs)).does).toBe("nothing");
    const read = await readBack(created);
    expect(outcomeOf(await plugin.get().diff(CONTAINER, read, inputs)).does).toBe("replacement");
  });

  test("never has environment, labels and volumes read back", async () => {
    const inputs = {
      ...small,
      envs: ["A=1"],
      labels: [{ label: "x", value: "1" }],
      volumes: [{ hostPath: "/etc", containerPath: "/e" }],
    };
    const created = await plugin.get().create(CONTAINER, inputs);
    // Somebody puts another container in its place, and the state is made to believe in it.
    await host.get().docker(`rm -f small`);
    const id = await host.get().docker(`run -d --name small -e OTHER=1 -l other=1 ${IMAGE}`);
    const read = await readBack({ ...created, id, outputs: { ...created.outputs, id } });
    for (const name of ["envs", "labels", "volumes"]) expect(read.inputs[name], name).toEqual(created.inputs[name]);
  });
});

describe("a container that somebody", () => {
  test("has removed is gone when it is read; a diff sees nothing", async () => {
    const created = await plugin.get().create(CONTAINER, small);
    await host.get().docker("rm -f small");
    expect(outcomeOf(await plugin.get().diff(CONTAINER, created, small)).does).toBe("nothing");
    expect(await plugin.get().read(CONTAINER, created)).toBeUndefined();
  });

  test("has stopped differs in mustRun once it was read, and the update starts it", async () => {
    const created = await plugin.get().create(CONTAINER, small);
    await host.get().docker("kill small");
    expect(outcomeOf(await plugin.get().diff(CONTAINER, created, small)).does).toBe("nothing");
    const read = await readBack(created);
    expect(read.outputs["exitCode"]).toBe(137);
    expect(outcomeOf(await plugin.get().diff(CONTAINER, read, small))).toEqual({
      does: "update",
      paths: { mustRun: "UPDATE" },
    });
    await plugin.get().update(CONTAINER, read, small);
    expect((await host.get().inspect("small"))?.State.Running).toBe(true);
  });

  test("has stopped stays stopped when it need not run", async () => {
    const inputs = { ...small, mustRun: false };
    const created = await plugin.get().create(CONTAINER, inputs);
    await host.get().docker("kill small");
    expect(outcomeOf(await plugin.get().diff(CONTAINER, await readBack(created), inputs)).does).toBe("nothing");
  });
});

describe("networks", () => {
  test("that are listed take the container off the default bridge", async () => {
    await host.get().docker("network create first");
    await plugin.get().create(CONTAINER, { ...small, networksAdvanced: [{ name: "first", aliases: ["one", "two"] }] });
    const networks = (await host.get().inspect("small"))?.NetworkSettings.Networks ?? {};
    expect(Object.keys(networks)).toEqual(["first"]);
    expect(networks["first"]?.Aliases).toEqual(expect.arrayContaining(["one", "two"]));
  });

  test("that are listed with the bridge keep it there", async () => {
    await host.get().docker("network create first");
    await plugin.get().create(CONTAINER, { ...small, networksAdvanced: [{ name: "first" }, { name: "bridge" }] });
    const networks = (await host.get().inspect("small"))?.NetworkSettings.Networks ?? {};
    expect(Object.keys(networks).sort()).toEqual(["bridge", "first"]);
  });
});
