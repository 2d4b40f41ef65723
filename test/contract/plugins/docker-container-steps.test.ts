import { describe, expect, test } from "vitest";
import { IMAGE } from "./support/docker-host";
import { failureOf, outcomeOf } from "./support/outcome";
import type { Properties } from "./support/plugin";
import { useHost, usePlugin } from "./support/use";

const CONTAINER = "docker:index/container:Container";
const URN = `urn:pulumi:stack::project::${CONTAINER}::resource`;
const small: Properties = { name: "small", image: IMAGE };

const host = useHost("docker-steps");
const plugin = usePlugin("docker", () => host.get().settings());

describe("a creation that fails", () => {
  test("because the name is taken names the owner, and creates no resource", async () => {
    const id = await host.get().docker(`run -d --name small ${IMAGE}`);
    const error = await failureOf(plugin.get().create(CONTAINER, small));
    expect(error.message).toBe(
      "1 error occurred:\n\t* Unable to create container: Error response from daemon: Conflict. The container name " +
        `"/small" is already in use by container "${id}". You have to remove (or rename) that container to be able to ` +
        "reuse that name.\n\n",
    );
    expect(error.resource).toBeUndefined();
  });

  test.each([
    ["no-such-image:1", "lookup"],
    // An image that was loaded, not pulled, has no digest.
    [`${IMAGE.split(":", 1)[0] ?? ""}@sha256:${"0".repeat(64)}`, "lookup"],
  ])("because the image %s is neither there nor to be pulled names it", async (image, reason) => {
    const error = await failureOf(plugin.get().create(CONTAINER, { ...small, image }));
    expect(error.message).toContain(
      `1 error occurred:\n\t* Unable to create container with image ${image}: unable to pull image ${image}: ` +
        `error pulling image ${image}: Error response from daemon: Get "https://registry-1.docker.io/v2/"`,
    );
    expect(error.message).toContain(reason);
  });

  test.each<[string, Properties, string]>([
    [
      "a mount's source is missing",
      { mounts: [{ type: "bind", source: "/nope", target: "/x" }] },
      'Unable to create container: Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /nope',
    ],
    [
      "the memory is too little",
      { memory: 1 },
      "Unable to create container: Error response from daemon: Minimum memory limit allowed is 6MB",
    ],
    [
      "the cgroup namespace is nonsense",
      { cgroupnsMode: "x" },
      "cgroupns_mode: invalid CGROUP mode, must be either 'private', 'host' or empty",
    ],
    ["a word of the command is empty", { command: ["sleep", ""] }, "values for command may not be empty"],
  ])("because %s makes no resource", async (_what, more, reason) => {
    const error = await failureOf(plugin.get().create(CONTAINER, { ...small, ...more }));
    expect(error.message).toBe(`1 error occurred:\n\t* ${reason}\n\n`);
    expect(error.resource).toBeUndefined();
  });

  test("at the start leaves the container and a resource, which the next inputs replace", async () => {
    const error = await failureOf(plugin.get().create(CONTAINER, { ...small, command: ["/nope"] }));
    expect(error.message).toMatch(
      `creating ${URN}: 1 error occurred:\n\t* Unable to start container: Error response from daemon: `,
    );
    expect(error.message).toContain('exec: "/nope"');
    expect((await host.get().inspect("small"))?.State.Status).toBe("created");
    const { resource } = error;
    expect(resource?.id).toBe((await host.get().inspect("small"))?.Id);
    const { inputs } = await plugin.get().check(CONTAINER, { ...small, command: ["/nope"] });
    const left = { id: resource?.id ?? "", inputs, outputs: resource?.outputs ?? {} };
    const outcome = outcomeOf(await plugin.get().diff(CONTAINER, left, { ...small, command: ["sleep", "9"] }));
    expect(outcome.does).toBe("replacement");
    expect(outcome.paths).toMatchObject({ entrypoints: "ADD_REPLACE" });
  });

  test.each<[string, Properties, string]>([
    ["networksAdvanced", { networksAdvanced: [{ name: "nope" }] }, "network nope not found"],
    ["networkMode", { networkMode: "nope" }, "network nope not found"],
  ])("because a network of %s is missing leaves a resource", async (_what, more, reason) => {
    const error = await failureOf(plugin.get().create(CONTAINER, { ...small, ...more }));
    expect(error.message).toContain(reason);
    expect(error.resource?.id).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("waiting for health", () => {
  test("ends when the container is healthy", async () => {
    const healthcheck = { tests: ["CMD", "true"], interval: "500ms" };
    const created = await plugin.get().create(CONTAINER, { ...small, wait: true, healthcheck });
    expect(created.id).not.toBe("");
    expect(await host.get().docker("inspect --format '{{.State.Health.Status}}' small")).toBe("healthy");
  });

  test("fails after its time, and leaves a resource", async () => {
    const healthcheck = { tests: ["CMD", "false"], interval: "500ms", retries: 1 };
    const inputs = { ...small, wait: true, waitTimeout: 2, healthcheck };
    const error = await failureOf(plugin.get().create(CONTAINER, inputs));
    expect(error.message).toBe(`creating ${URN}: 1 error occurred:\n\t* container failed to be in healthy state\n\n`);
    expect(error.resource).toBeDefined();
  });

  test("fails without a health check", async () => {
    const error = await failureOf(plugin.get().create(CONTAINER, { ...small, wait: true }));
    expect(error.message).toContain(
      "you have supplied a 'wait' argument, but the container does not have a healthcheck",
    );
  });
});

describe("a container", () => {
  test("is not started when it is not to be, and counts as stopped", async () => {
    const created = await plugin.get().create(CONTAINER, { ...small, start: false });
    expect((await host.get().inspect("small"))?.State.Status).toBe("created");
    expect(created.outputs["mustRun"]).toBe(false);
  });

  test("that an update does not find is an error with the old id", async () => {
    const created = await plugin.get().create(CONTAINER, small);
    await host.get().docker("rm -f small");
    const error = await failureOf(plugin.get().update(CONTAINER, created, { ...small, restart: "always" }));
    expect(error.message).toBe(
      `updating ${URN}: 1 error occurred:\n\t* Unable to update a container: Error response from daemon: No such ` +
        `container: ${created.id}\n\n`,
    );
    expect(error.resource?.id).toBe(created.id);
  });

  test("that was removed by hand is deleted silently", async () => {
    const created = await plugin.get().create(CONTAINER, small);
    await host.get().docker("rm -f small");
    await plugin.get().delete(CONTAINER, created);
  });
});

describe("a deletion", () => {
  // Tells, in a folder of the host, that it was asked to stop.
  const stubborn = {
    ...small,
    volumes: [{ hostPath: "/tmp", containerPath: "/told" }],
    command: ["sh", "-c", "trap 'echo asked >/told/asked; exit 0' TERM; while :; do sleep 0.1; done"],
  };
  const asked = async (): Promise<boolean> =>
    (await host.get().machine.run("cat /tmp/asked; rm -f /tmp/asked", { check: false })).stdout === "asked\n";

  test("kills at once", async () => {
    const created = await plugin.get().create(CONTAINER, { ...stubborn, stopSignal: "SIGUSR1" });
    const started = Date.now();
    await plugin.get().delete(CONTAINER, created);
    expect(Date.now() - started).toBeLessThan(8_000);
    expect(await host.get().inspect("small")).toBeUndefined();
  });

  test("lets the container stop by itself when it has seconds to", async () => {
    const created = await plugin.get().create(CONTAINER, { ...stubborn, destroyGraceSeconds: 20 });
    await plugin.get().delete(CONTAINER, created);
    expect(await asked()).toBe(true);
    expect(await host.get().inspect("small")).toBeUndefined();
  });
});
