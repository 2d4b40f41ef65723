import { beforeAll, describe, expect, test } from "vitest";
import { IMAGE, OTHER_IMAGE } from "./support/docker-host";
import { outcomeOf } from "./support/outcome";
import { UNKNOWN } from "./support/plugin";
import type { Properties, Resource } from "./support/plugin";
import { useHost, usePlugin } from "./support/use";

const CONTAINER = "docker:index/container:Container";

const host = useHost("docker-changes");
const plugin = usePlugin("docker", () => host.get().settings());

/** A container with about everything that a program sets. */
const full: Properties = {
  name: "full",
  image: IMAGE,
  hostname: "a-name",
  restart: "unless-stopped",
  envs: ["A=1", "B=2"],
  labels: [
    { label: "x", value: "1" },
    { label: "y", value: "2" },
  ],
  mounts: [{ type: "bind", source: "/etc", target: "/mounted", readOnly: true }],
  volumes: [{ hostPath: "/opt", containerPath: "/opt", readOnly: true }],
  memory: 64,
  memorySwap: 64,
  logDriver: "json-file",
  logOpts: { "max-size": "10m", mode: "blocking" },
  capabilities: { adds: ["CAP_CHOWN"], drops: ["ALL"] },
  securityOpts: ["no-new-privileges:true"],
  readOnly: true,
  tmpfs: { "/run": "rw" },
  healthcheck: { tests: ["CMD", "true"], interval: "30s", timeout: "0s", retries: 3 },
  networkMode: "bridge",
  command: ["sleep", "1000"],
  init: true,
  user: "0",
  groupAdds: ["10"],
  cgroupnsMode: "private",
  stopTimeout: 5,
  stopSignal: "SIGINT",
  destroyGraceSeconds: 3,
};

/** A container that leaves everything to the engine. */
const small: Properties = { name: "small", image: IMAGE };

describe("what an edit does", () => {
  const created: Partial<Record<"full" | "small", Resource>> = {};

  beforeAll(async () => {
    created.full = await plugin.get().create(CONTAINER, full);
    created.small = await plugin.get().create(CONTAINER, small);
  });

  async function edit(base: "full" | "small", change: Properties): Promise<ReturnType<typeof outcomeOf>> {
    const resource = created[base];
    if (resource === undefined) throw new Error("not created");
    const news = Object.entries({ ...(base === "full" ? full : small), ...change });
    const given = Object.fromEntries(news.filter(([, value]) => value !== null));
    return outcomeOf(await plugin.get().diff(CONTAINER, resource, given));
  }

  test.each<[string, Properties]>([
    ["nothing is edited", {}],
    ["envs have another order", { envs: ["B=2", "A=1"] }],
    [
      "labels have another order",
      {
        labels: [
          { label: "y", value: "2" },
          { label: "x", value: "1" },
        ],
      },
    ],
    // What the engine decides when the program doesn't: as it was.
    ["envs are taken out", { envs: null }],
    ["labels are taken out", { labels: null }],
    ["healthcheck is taken out", { healthcheck: null }],
    ["hostname is taken out", { hostname: null }],
    ["command is taken out", { command: null }],
    ["init is taken out", { init: null }],
    ["securityOpts are taken out", { securityOpts: null }],
    ["user is taken out", { user: null }],
    ["stopTimeout and stopSignal are taken out", { stopTimeout: null, stopSignal: null }],
    ["logDriver is taken out", { logDriver: null }],
  ])("nothing, when %s", async (_what, change) => {
    expect(await edit("full", change)).toEqual({ does: "nothing", paths: {} });
  });

  test.each<[string, Properties, Readonly<Record<string, string>>]>([
    ["envs", { envs: ["A=1", "B=3"] }, { "envs[1]": "UPDATE_REPLACE" }],
    ["envs by one more", { envs: ["A=1", "B=2", "C=3"] }, { "envs[2]": "ADD_REPLACE" }],
    ["envs by one less", { envs: ["B=2"] }, { "envs[0]": "DELETE_REPLACE" }],
    [
      "labels",
      {
        labels: [
          { label: "x", value: "9" },
          { label: "y", value: "2" },
        ],
      },
      { "labels[0].value": "UPDATE_REPLACE" },
    ],
    ["labels by one less", { labels: [{ label: "x", value: "1" }] }, { "labels[1]": "DELETE_REPLACE" }],
    ["logOpts", { logOpts: { "max-size": "20m", mode: "blocking" } }, { 'logOpts["max-size"]': "UPDATE_REPLACE" }],
    [
      "logOpts taken out",
      { logOpts: null },
      { 'logOpts["max-size"]': "DELETE_REPLACE", "logOpts.mode": "DELETE_REPLACE" },
    ],
    ["hostname", { hostname: "other" }, { hostname: "UPDATE_REPLACE" }],
    ["networkMode", { networkMode: "host" }, { networkMode: "UPDATE_REPLACE" }],
    ["networksAdvanced", { networksAdvanced: [{ name: "bridge" }] }, { networksAdvanced: "ADD_REPLACE" }],
    [
      "volumes",
      { volumes: [{ hostPath: "/srv", containerPath: "/opt", readOnly: true }] },
      { volumes: "UPDATE_REPLACE" },
    ],
    ["command", { command: ["sleep", "2000"] }, { "command[1]": "UPDATE_REPLACE" }],
    ["entrypoints", { entrypoints: ["sh"] }, { entrypoints: "ADD_REPLACE" }],
    ["image", { image: OTHER_IMAGE }, { image: "UPDATE_REPLACE" }],
    ["name", { name: "other" }, { name: "UPDATE_REPLACE" }],
    [
      "capabilities",
      { capabilities: { adds: ["CAP_CHOWN", "CAP_KILL"], drops: ["ALL"] } },
      { "capabilities.adds[1]": "ADD_REPLACE" },
    ],
    ["capabilities taken out", { capabilities: null }, { capabilities: "DELETE_REPLACE" }],
    ["securityOpts", { securityOpts: [] }, { securityOpts: "DELETE_REPLACE" }],
    ["readOnly", { readOnly: false }, { readOnly: "UPDATE_REPLACE" }],
    ["user", { user: "1" }, { user: "UPDATE_REPLACE" }],
    ["groupAdds", { groupAdds: ["11"] }, { "groupAdds[0]": "UPDATE_REPLACE" }],
    ["pidMode", { pidMode: "host" }, { pidMode: "ADD_REPLACE" }],
    ["cgroupnsMode", { cgroupnsMode: "host" }, { cgroupnsMode: "UPDATE_REPLACE" }],
    ["stopTimeout", { stopTimeout: 6 }, { stopTimeout: "UPDATE_REPLACE" }],
    ["stopSignal", { stopSignal: "SIGTERM" }, { stopSignal: "UPDATE_REPLACE" }],
    // The number of mounts counts; what is in them doesn't.
    [
      "mounts by one more",
      {
        mounts: [
          { type: "bind", source: "/etc", target: "/mounted", readOnly: true },
          { type: "bind", source: "/opt", target: "/more" },
        ],
      },
      { "mounts[1]": "ADD_REPLACE" },
    ],
    [
      "mounts by one more without a source",
      {
        mounts: [
          { type: "bind", source: "/etc", target: "/mounted", readOnly: true },
          { type: "tmpfs", target: "/t" },
        ],
      },
      { mounts: "UPDATE_REPLACE" },
    ],
    ["mounts taken out", { mounts: null }, { mounts: "DELETE_REPLACE" }],
  ])("a replacement, of %s", async (_what, change, paths) => {
    expect(await edit("full", change)).toEqual({ does: "replacement", paths });
  });

  test("a replacement deletes first and creates second", async () => {
    const old = created.full as Resource;
    expect((await plugin.get().diff(CONTAINER, old, { ...full, envs: [] })).deleteBeforeReplace).toBe(true);
  });

  test.each<[string, Properties, Readonly<Record<string, string>>]>([
    ["restart", { restart: "always" }, { restart: "UPDATE" }],
    ["memory and memorySwap", { memory: 96, memorySwap: 128 }, { memory: "UPDATE", memorySwap: "UPDATE" }],
    ["memorySwap taken out", { memorySwap: null }, { memorySwap: "DELETE" }],
    ["mustRun", { mustRun: false }, { mustRun: "UPDATE" }],
    ["destroyGraceSeconds", { destroyGraceSeconds: 9 }, { destroyGraceSeconds: "UPDATE" }],
    [
      "the source of a mount",
      { mounts: [{ type: "bind", source: "/opt", target: "/mounted", readOnly: true }] },
      { "mounts[0].source": "UPDATE" },
    ],
    [
      "healthcheck",
      { healthcheck: { tests: ["CMD", "true"], interval: "20s", retries: 3 } },
      { "healthcheck.interval": "UPDATE" },
    ],
    ["tmpfs", { tmpfs: { "/run": "ro" } }, { 'tmpfs["/run"]': "UPDATE" }],
    ["tmpfs by one more", { tmpfs: { "/run": "rw", "/more": "" } }, { 'tmpfs["/more"]': "ADD" }],
    ["tmpfs taken out", { tmpfs: null }, { 'tmpfs["/run"]': "DELETE" }],
    ["init", { init: false }, { init: "UPDATE" }],
  ])("an update in place, of %s", async (_what, change, paths) => {
    expect(await edit("full", change)).toEqual({ does: "update", paths });
  });

  test.each<[string, Properties, string, Readonly<Record<string, string>>]>([
    ["nothing", {}, "nothing", {}],
    ["envs", { envs: ["A=1"] }, "replacement", { envs: "ADD_REPLACE" }],
    ["labels", { labels: [{ label: "a", value: "b" }] }, "replacement", { labels: "ADD_REPLACE" }],
    ["mounts", { mounts: [{ type: "tmpfs", target: "/t" }] }, "replacement", { mounts: "ADD_REPLACE" }],
    ["volumes", { volumes: [{ hostPath: "/etc", containerPath: "/e" }] }, "replacement", { volumes: "ADD_REPLACE" }],
    ["networksAdvanced", { networksAdvanced: [{ name: "n" }] }, "replacement", { networksAdvanced: "ADD_REPLACE" }],
    ["capabilities", { capabilities: { drops: ["ALL"] } }, "replacement", { capabilities: "ADD_REPLACE" }],
    ["logOpts", { logOpts: { "max-size": "1m" } }, "replacement", { logOpts: "ADD_REPLACE" }],
    ["user", { user: "5" }, "replacement", { user: "UPDATE_REPLACE" }],
    ["memory", { memory: 64 }, "update", { memory: "UPDATE" }],
    ["healthcheck", { healthcheck: { tests: ["CMD", "true"] } }, "update", { healthcheck: "ADD" }],
    ["tmpfs", { tmpfs: { "/a": "" } }, "update", { tmpfs: "ADD" }],
    ["init", { init: true }, "update", { init: "UPDATE" }],
    ["an unknown environment", { envs: [`A=${UNKNOWN}`] }, "replacement", { envs: "ADD_REPLACE" }],
    ["an unknown memory", { memory: UNKNOWN }, "update", { memory: "UPDATE" }],
  ])("to a container that leaves all to the engine, with %s added", async (_what, change, does, paths) => {
    expect(await edit("small", change)).toEqual({ does, paths });
  });
});

describe("an update in place reaches the container, of", () => {
  test("restart", async () => {
    const created = await plugin.get().create(CONTAINER, small);
    await plugin.get().update(CONTAINER, created, { ...small, restart: "always" });
    expect((await host.get().inspect("small"))?.HostConfig.RestartPolicy.Name).toBe("always");
  });

  test("memory with memorySwap", async () => {
    const created = await plugin.get().create(CONTAINER, { ...small, memory: 64, memorySwap: 64 });
    await plugin.get().update(CONTAINER, created, { ...small, memory: 96, memorySwap: 128 });
    const found = (await host.get().inspect("small"))?.HostConfig;
    expect([found?.Memory, found?.MemorySwap]).toEqual([96 * 1024 * 1024, 128 * 1024 * 1024]);
  });
});

describe("an update that says 'updated' changes nothing on the host, of", () => {
  test.each<[string, Properties, Properties]>([
    [
      "mounts",
      { mounts: [{ type: "bind", source: "/etc", target: "/m" }] },
      { mounts: [{ type: "bind", source: "/opt", target: "/m" }] },
    ],
    [
      "healthcheck",
      { healthcheck: { tests: ["CMD", "true"], interval: "30s" } },
      { healthcheck: { tests: ["CMD", "true"], interval: "20s" } },
    ],
    ["tmpfs", { tmpfs: { "/a": "rw" } }, { tmpfs: { "/a": "ro" } }],
    ["init", { init: false }, { init: true }],
  ])("%s; the state lies until it is read", async (name, before, after) => {
    const created = await plugin.get().create(CONTAINER, { ...small, ...before });
    const onHost = JSON.stringify(await host.get().inspect("small"));
    const updated = await plugin.get().update(CONTAINER, created, { ...small, ...after });
    expect(JSON.stringify(await host.get().inspect("small"))).toBe(onHost);
    expect(updated.outputs[name]).not.toEqual(created.outputs[name]);
    expect(outcomeOf(await plugin.get().diff(CONTAINER, updated, { ...small, ...after })).does).toBe("nothing");
    const read = (await plugin.get().read(CONTAINER, updated)) as Resource;
    expect(outcomeOf(await plugin.get().diff(CONTAINER, read, { ...small, ...after })).does).toBe("update");
  });
});

describe("memory without memorySwap", () => {
  test("is a change at every preview, for the engine has set the swap", async () => {
    const inputs = { ...small, memory: 64 };
    const created = await plugin.get().create(CONTAINER, inputs);
    expect(created.outputs["memorySwap"]).toBe(128);
    const expected = { does: "update", paths: { memorySwap: "DELETE" } };
    expect(outcomeOf(await plugin.get().diff(CONTAINER, created, inputs))).toEqual(expected);
    const updated = await plugin.get().update(CONTAINER, created, inputs);
    const read = (await plugin.get().read(CONTAINER, updated)) as Resource;
    expect(outcomeOf(await plugin.get().diff(CONTAINER, read, inputs))).toEqual(expected);
  });
});
