import { describe, expect, test } from "vitest";
import { IMAGE, OTHER_IMAGE } from "./support/docker-host";
import { failureOf, outcomeOf } from "./support/outcome";
import { UNKNOWN } from "./support/plugin";
import { useHost, usePlugin } from "./support/use";

const REMOTE_IMAGE = "docker:index/remoteImage:RemoteImage";

const host = useHost("docker-image");
const plugin = usePlugin("docker", () => host.get().settings());

async function has(image: string): Promise<boolean> {
  return (await host.get().machine.run(`docker image inspect ${image}`, { check: false })).status === 0;
}

describe("an image", () => {
  test("that is on the host is found there", async () => {
    const id = await host.get().docker(`image inspect --format '{{.Id}}' ${IMAGE}`);
    const created = await plugin.get().create(REMOTE_IMAGE, { name: IMAGE, keepLocally: true });
    expect(created.id).toBe(id + IMAGE);
    expect(created.outputs).toMatchObject({ imageId: id, name: IMAGE, keepLocally: true, repoDigest: "" });
  });

  test("is unknown in a preview", async () => {
    const { outputs } = await plugin.get().create(REMOTE_IMAGE, { name: IMAGE }, { preview: true });
    expect(outputs).toMatchObject({ imageId: UNKNOWN, repoDigest: UNKNOWN, id: UNKNOWN });
  });

  test("that is neither there nor to be pulled is an error that names it", async () => {
    const error = await failureOf(plugin.get().create(REMOTE_IMAGE, { name: "no-such-image:1" }));
    expect(error.message).toContain(
      "1 error occurred:\n\t* Unable to read Docker image into resource: unable to pull image no-such-image:1: error " +
        "pulling image no-such-image:1: Error response from daemon: Get",
    );
  });

  test("that was loaded has no digest: a reference by one is pulled", async () => {
    const reference = `${IMAGE.split(":", 1)[0] ?? ""}@sha256:${"0".repeat(64)}`;
    const error = await failureOf(plugin.get().create(REMOTE_IMAGE, { name: reference }));
    expect(error.message).toContain(`unable to pull image ${reference}`);
  });

  test("with another name is another; whether it is kept is an update", async () => {
    const created = await plugin.get().create(REMOTE_IMAGE, { name: IMAGE, keepLocally: true });
    const diff = async (inputs: Record<string, string | boolean>) =>
      outcomeOf(await plugin.get().diff(REMOTE_IMAGE, created, inputs));
    expect(await diff({ name: IMAGE, keepLocally: true })).toEqual({ does: "nothing", paths: {} });
    expect(await diff({ name: OTHER_IMAGE, keepLocally: true })).toEqual({
      does: "replacement",
      paths: { name: "UPDATE_REPLACE" },
    });
    expect(await diff({ name: IMAGE, keepLocally: false })).toEqual({
      does: "update",
      paths: { keepLocally: "UPDATE" },
    });
  });

  test("is removed from the host with its resource, unless it is kept", async () => {
    await host.get().docker(`tag ${IMAGE} removed:1`);
    await host.get().docker(`tag ${IMAGE} kept:1`);
    await plugin.get().delete(REMOTE_IMAGE, await plugin.get().create(REMOTE_IMAGE, { name: "removed:1" }));
    await plugin
      .get()
      .delete(REMOTE_IMAGE, await plugin.get().create(REMOTE_IMAGE, { name: "kept:1", keepLocally: true }));
    expect([await has("removed:1"), await has("kept:1")]).toEqual([false, true]);
  });

  test("that somebody has removed is missing when it is read, and deleted silently", async () => {
    await host.get().docker(`tag ${IMAGE} gone:1`);
    const created = await plugin.get().create(REMOTE_IMAGE, { name: "gone:1" });
    await host.get().docker("rmi gone:1");
    expect(await plugin.get().read(REMOTE_IMAGE, created)).toBeUndefined();
    await plugin.get().delete(REMOTE_IMAGE, created);
  });

  test("that is read is as it was made", async () => {
    const created = await plugin.get().create(REMOTE_IMAGE, { name: IMAGE, keepLocally: true });
    const read = await plugin.get().read(REMOTE_IMAGE, created);
    expect(read?.id).toBe(created.id);
    expect(read?.inputs).toMatchObject({ name: IMAGE, keepLocally: true });
  });
});
