import { beforeAll, describe, expect, test } from "vitest";
import { waitFor } from "../../../tools/shared/wait";
import { IMAGE, OTHER_IMAGE } from "./support/docker-host";
import { failureOf, outcomeOf } from "./support/outcome";
import type { Outcome } from "./support/outcome";
import type { Properties, Resource } from "./support/plugin";
import { CONFIG, NETWORK, SECRET, SERVICE, base64, serviceInputs } from "./support/swarm";
import type { ServiceInputs } from "./support/swarm";
import { usePlugin, useSwarm } from "./support/use";

const host = useSwarm("docker-service");
const plugin = usePlugin("docker", () => host.get().settings());

const global = { mode: { global: true } };

/** A service that leaves everything to the engine. */
function small(name: string): ServiceInputs {
  return { service: { name, ...global }, task: {}, container: { image: IMAGE } };
}

/** A service with about everything that an agent and a generator need. */
async function full(): Promise<ServiceInputs> {
  const config = await plugin.get().create(CONFIG, { name: "a-config", data: base64("text") });
  const secret = await plugin.get().create(SECRET, { name: "a-secret", data: base64("key") });
  const network = await plugin.get().create(NETWORK, { name: "shared", driver: "overlay", attachable: true });
  return {
    service: {
      name: "full",
      ...global,
      labels: [{ label: "x", value: "1" }],
      updateConfig: { parallelism: 1, failureAction: "rollback", monitor: "10s" },
      rollbackConfig: { parallelism: 1, failureAction: "continue" },
    },
    task: {
      resources: { limits: { memoryBytes: 67_108_864 }, reservation: { memoryBytes: 33_554_432 } },
      restartPolicy: { condition: "any", delay: "5s", window: "0s" },
      placement: { constraints: ["node.role==manager"] },
      networksAdvanceds: [{ id: network.id }],
      logDriver: { name: "json-file", options: { "max-size": "10m" } },
    },
    container: {
      image: IMAGE,
      labels: [{ label: "l", value: "1" }],
      args: ["sleep", "1000"],
      hostname: "{{.Node.Hostname}}",
      env: { B: "2", A: "x=1" },
      user: "0",
      groups: ["10"],
      readOnly: true,
      mounts: [
        { type: "bind", source: "/var/run", target: "/host/run", readOnly: true },
        { type: "volume", source: "drafts", target: "/drafts", volumeOptions: { noCopy: true } },
        { type: "tmpfs", target: "/tmp", tmpfsOptions: { sizeBytes: 1_048_576 } },
      ],
      stopSignal: "SIGKILL",
      stopGracePeriod: "10s",
      init: true,
      healthcheck: { tests: ["CMD", "true"], interval: "30s", timeout: "5s", startPeriod: "1m", retries: 3 },
      secrets: [{ secretId: secret.id, secretName: "a-secret", fileName: "/run/secrets/key", fileMode: 256 }],
      configs: [{ configId: config.id, configName: "a-config", fileName: "/etc/a-config" }],
      capDrops: ["ALL"],
      capAdds: ["CAP_CHOWN", "CAP_SYS_PTRACE"],
    },
  };
}

async function create(inputs: ServiceInputs): Promise<Resource> {
  return plugin.get().create(SERVICE, serviceInputs(inputs));
}

async function change(old: Resource, inputs: ServiceInputs): Promise<Outcome> {
  return outcomeOf(await plugin.get().diff(SERVICE, old, serviceInputs(inputs)));
}

async function readBack(resource: Resource): Promise<Resource> {
  const read = await plugin.get().read(SERVICE, resource);
  if (read === undefined) throw new Error("it is gone");
  return read;
}

interface InspectedService {
  readonly ID: string;
  readonly Spec: {
    readonly TaskTemplate: {
      readonly ContainerSpec: { readonly Image: string; readonly StopGracePeriod: number; readonly Init: boolean };
    };
  };
  readonly UpdateStatus?: { readonly State: string };
}

async function inspect(name: string): Promise<InspectedService | undefined> {
  return host.get().inspectSwarm("service", name);
}

async function taskRuns(service: string): Promise<void> {
  const running = `ps --quiet --filter label=com.docker.swarm.service.name=${service}`;
  await waitFor("a task to run", async () => (await host.get().docker(running)) !== "", { timeoutMs: 30_000 });
}

const nothing = { does: "nothing", paths: {} };

describe("inputs of a service", () => {
  test("get the original's defaults", async () => {
    const { service, task, container } = small("defaults");
    const { inputs } = await plugin.get().check(
      SERVICE,
      serviceInputs({
        service: { ...service, updateConfig: {} },
        task,
        container: { ...container, configs: [{ configId: "i", fileName: "/f" }], healthcheck: {} },
      }),
    );
    expect(inputs).toMatchObject({
      updateConfig: {
        parallelism: 1,
        delay: "0s",
        failureAction: "pause",
        monitor: "5s",
        maxFailureRatio: "0.0",
        order: "stop-first",
      },
      taskSpec: {
        containerSpec: {
          isolation: "default",
          configs: [{ fileUid: "0", fileGid: "0", fileMode: 0o444 }],
          healthcheck: { interval: "0s", timeout: "0s", startPeriod: "0s" },
        },
      },
    });
  });

  test.each<[string, Properties, Properties, string]>([
    ["a waiting for tasks", { convergeConfig: { timeout: "3m" } }, {}, "convergeConfig"],
    ["an unknown action", { updateConfig: { failureAction: "x" } }, {}, "'x' doesn't match the pattern"],
    ["a ratio above 1", { updateConfig: { maxFailureRatio: "2" } }, {}, "'2' has to be between 0.0 and 1.0"],
    ["a bad duration", {}, { stopGracePeriod: "x" }, "'x' is not a valid duration"],
    ["an unknown property", {}, { ulimits: [] }, "Examine values at 'resource.taskSpec.containerSpec.ulimits'"],
  ])("with %s are refused", async (_what, service, container, reason) => {
    const base = small("refused");
    const inputs = {
      ...base,
      service: { ...base.service, ...service },
      container: { ...base.container, ...container },
    };
    const { failures } = await plugin.get().check(SERVICE, serviceInputs(inputs));
    expect(failures.map((failure) => `${failure.property} ${failure.reason}`).join("\n")).toContain(reason);
  });
});

describe("a service", () => {
  test("that leaves all to the engine is clean, made and read; it gets no time to stop in and no init", async () => {
    const inputs = small("left-to-the-engine");
    const created = await create(inputs);
    expect(await change(created, inputs)).toEqual(nothing);
    expect(await change(await readBack(created), inputs)).toEqual(nothing);
    const found = (await inspect("left-to-the-engine"))?.Spec.TaskTemplate.ContainerSpec;
    expect(found).toMatchObject({ StopGracePeriod: 0, Init: false });
  });

  test.each<[string, Properties, Properties]>([
    ["a time that Go writes otherwise", {}, { healthcheck: { tests: ["CMD", "true"], startPeriod: "60s" } }],
    ["a restart policy without its times", { restartPolicy: { condition: "any", maxAttempts: 3 } }, {}],
  ])("is never clean with %s", async (what, task, container) => {
    const base = small(`not-clean-${what.replaceAll(" ", "-")}`);
    const inputs = { ...base, task, container: { ...base.container, ...container } };
    expect((await change(await create(inputs), inputs)).does).toBe("update");
  });

  test("is updated whatever becomes of its tasks; after a rollback only a read tells", async () => {
    const base = small("rolled-back");
    const service = { ...base.service, updateConfig: { failureAction: "rollback", monitor: "1s" } };
    const before = { ...base, service };
    const broken = { ...before, container: { image: "no-such-image:1" } };
    const created = await create(before);
    await taskRuns("rolled-back");
    const updated = await plugin.get().update(SERVICE, created, serviceInputs(broken));
    await waitFor(
      "the engine to roll back",
      async () => (await inspect("rolled-back"))?.UpdateStatus?.State === "rollback_completed",
      { timeoutMs: 60_000 },
    );
    const { does, paths } = await change(await readBack(updated), broken);
    expect({ does, image: paths["taskSpec.containerSpec.image"] }).toEqual({ does: "update", image: "UPDATE" });
  });

  test("that somebody has removed is missing when it is read; one made anew under its name is taken for it", async () => {
    const created = await create(small("made-anew"));
    await host.get().docker("service rm made-anew");
    expect(await plugin.get().read(SERVICE, created)).toBeUndefined();
    await host.get().docker(`service create --detach --quiet --name made-anew --mode global ${IMAGE}`);
    const read = await readBack(created);
    expect(read.id).toBe((await inspect("made-anew"))?.ID);
    expect(read.id).not.toBe(created.id);
  });

  test("whose name is taken, or that refers to what isn't there, is refused in the engine's words", async () => {
    await create(small("taken"));
    const refusal = async (inputs: ServiceInputs): Promise<string> => (await failureOf(create(inputs))).message;
    const conflict =
      "rpc error: code = AlreadyExists desc = name conflicts with an existing object: service taken already exists";
    expect(await refusal(small("taken"))).toBe(`1 error occurred:\n\t* Error response from daemon: ${conflict}\n\n`);
    const other = small("other");
    const networksAdvanceds = [{ id: "nope" }];
    expect(await refusal({ ...other, task: { networksAdvanceds } })).toContain("network nope not found");
    const secrets = [{ secretId: "nope", secretName: "its-name", fileName: "f" }];
    const container = { ...other.container, secrets };
    expect(await refusal({ ...other, container })).toContain("secret not found: its-name");
  });

  test("is deleted once its tasks on that node are gone; its volumes stay; a second time it is an error", async () => {
    const base = small("deleted");
    const mounts = [{ type: "volume", source: "stays", target: "/v" }];
    const created = await create({
      ...base,
      container: { ...base.container, mounts, stopSignal: "SIGKILL", stopGracePeriod: "20s" },
    });
    await taskRuns("deleted");
    await plugin.get().delete(SERVICE, created);
    const left = "ps --all --quiet --filter label=com.docker.swarm.service.name=deleted";
    expect(await host.get().docker(left)).toBe("");
    expect(await host.get().docker("volume ls --quiet --filter name=stays")).toBe("stays");
    const error = await failureOf(plugin.get().delete(SERVICE, created));
    expect(error.message).toContain("Error response from daemon: service deleted not found");
  });
});

describe("a service with about everything", () => {
  let inputs: ServiceInputs;
  let made: Resource;
  let created: Resource;

  beforeAll(async () => {
    inputs = await full();
    made = await create(inputs);
    created = await readBack(made);
  });

  const edited = (more: Partial<ServiceInputs>): ServiceInputs => ({
    service: { ...inputs.service, ...more.service },
    task: { ...inputs.task, ...more.task },
    container: { ...inputs.container, ...more.container },
  });

  test("is clean right after it was made, and after it was read", async () => {
    expect(await change(made, inputs)).toEqual(nothing);
    expect(await change(created, inputs)).toEqual(nothing);
    expect(created.inputs).toEqual(made.inputs);
  });

  test("shows an empty map that it has no value for beside any change, until it was read", async () => {
    const paths = { "taskSpec.containerSpec.image": "UPDATE" };
    const more = { container: { image: OTHER_IMAGE } };
    expect((await change(made, edited(more))).paths).toEqual({ ...paths, "taskSpec.containerSpec.sysctl": "ADD" });
    expect((await change(created, edited(more))).paths).toEqual(paths);
  });

  test.each<[string, Partial<ServiceInputs>, readonly string[]]>([
    ["its image", { container: { image: OTHER_IMAGE } }, ["taskSpec.containerSpec.image"]],
    ["its environment", { container: { env: { A: "x=1" } } }, ["taskSpec.containerSpec.env.B"]],
    ["its arguments", { container: { args: ["sleep", "2"] } }, ["taskSpec.containerSpec.args[1]"]],
    ["its user", { container: { user: "1" } }, ["taskSpec.containerSpec.user"]],
    ["its capabilities", { container: { capAdds: ["CAP_CHOWN"] } }, ["taskSpec.containerSpec.capAdds[1]"]],
    ["its time to stop in", { container: { stopGracePeriod: "20s" } }, ["taskSpec.containerSpec.stopGracePeriod"]],
    [
      "a config",
      { container: { configs: [{ configId: "other", configName: "a-config", fileName: "/etc/a-config" }] } },
      ["taskSpec.containerSpec.configs[0].configId"],
    ],
    [
      "a secret",
      {
        container: {
          secrets: [{ secretId: "other", secretName: "a-secret", fileName: "/run/secrets/key", fileMode: 256 }],
        },
      },
      ["taskSpec.containerSpec.secrets[0].secretId"],
    ],
    [
      "its memory",
      { task: { resources: { limits: { memoryBytes: 1 }, reservation: { memoryBytes: 33_554_432 } } } },
      ["taskSpec.resources.limits.memoryBytes"],
    ],
    [
      "its placement",
      { task: { placement: { constraints: ["node.role==worker"] } } },
      ["taskSpec.placement.constraints[0]"],
    ],
    [
      "its restart policy",
      { task: { restartPolicy: { condition: "any", delay: "6s", window: "0s" } } },
      ["taskSpec.restartPolicy.delay"],
    ],
    [
      "its logging",
      { task: { logDriver: { name: "json-file", options: { "max-size": "20m" } } } },
      ['taskSpec.logDriver.options["max-size"]'],
    ],
    ["that updates all tasks again", { task: { forceUpdate: 1 } }, ["taskSpec.forceUpdate"]],
    ["its labels", { service: { labels: [{ label: "x", value: "2" }] } }, ["labels[0].value"]],
    [
      "how it is updated",
      { service: { updateConfig: { parallelism: 2, failureAction: "rollback", monitor: "10s" } } },
      ["updateConfig.parallelism"],
    ],
    ["how its name is resolved", { service: { endpointSpec: { mode: "dnsrr" } } }, ["endpointSpec.mode"]],
  ])("is updated in place by an edit of %s", async (_what, more, paths) => {
    const outcome = await change(created, edited(more));
    expect(outcome.does).toBe("update");
    expect(Object.keys(outcome.paths).sort()).toEqual([...paths].sort());
  });

  test.each<[string, Partial<ServiceInputs>]>([
    ["its name", { service: { name: "other" } }],
    ["a label of its containers", { container: { labels: [{ label: "l", value: "2" }] } }],
    [
      "its containers' labels by one more",
      {
        container: {
          labels: [
            { label: "l", value: "1" },
            { label: "m", value: "2" },
          ],
        },
      },
    ],
    ["a network", { task: { networksAdvanceds: [{ id: "other" }] } }],
    ["its networks, which are none any more", { task: { networksAdvanceds: null } }],
  ])("is replaced, the old one deleted first, by an edit of %s", async (_what, more) => {
    const differences = await plugin.get().diff(SERVICE, created, serviceInputs(edited(more)));
    expect(outcomeOf(differences).does).toBe("replacement");
    expect(differences.deleteBeforeReplace).toBe(true);
  });

  test("tells by a path of the plugin's own that another network replaces it", async () => {
    const { paths } = await change(created, edited({ task: { networksAdvanceds: [{ id: "other" }] } }));
    expect(paths).toEqual({ __meta: "UPDATE_REPLACE", "taskSpec.networksAdvanceds": "UPDATE" });
  });

  test.each<[string, Partial<ServiceInputs>]>([
    ["the health check", { container: { healthcheck: null } }],
    ["the resources", { task: { resources: null } }],
    ["the restart policy", { task: { restartPolicy: null } }],
    ["the placement", { task: { placement: null } }],
  ])("is not changed by an edit that takes out %s: the engine's stays", async (_what, more) => {
    expect(await change(created, edited(more))).toEqual(nothing);
  });

  test("has what an update changes", async () => {
    const after = edited({ container: { image: OTHER_IMAGE, stopGracePeriod: "3s" } });
    const updated = await plugin.get().update(SERVICE, created, serviceInputs(after));
    const found = (await inspect("full"))?.Spec.TaskTemplate.ContainerSpec;
    expect(found).toMatchObject({ Image: OTHER_IMAGE, StopGracePeriod: 3_000_000_000 });
    expect(await change(updated, after)).toEqual(nothing);
  });
});
