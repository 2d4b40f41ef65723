import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, expect, onTestFinished, test } from "vitest";
import { run } from "../../../tools/shared/run";
import { versions } from "../../../tools/toolchain/parts";
import { pluginVersion } from "../../../tools/toolchain/plugin-version";
import { Project } from "./support/project";
import { pluginExecutable, toolchainEnvironment } from "./support/toolchain";

describe.each(["docker", "command"] as const)("the plugin %s", (name) => {
  test("tells its version when it runs", async () => {
    expect(await pluginVersion(await pluginExecutable(name), "resource")).toBe(versions[name]);
  });

  test("knows no option that asks for its version", async () => {
    const options = { env: await toolchainEnvironment(), check: false, timeoutMs: 30_000 };
    const { status, stderr } = await run(await pluginExecutable(name), ["-version"], options);
    expect(status, stderr).toBe(2);
    expect(stderr).toContain("flag provided but not defined: -version");
  });
});

test("one docker plugin that was started by hand serves the preview of several providers", async () => {
  const child = spawn(await pluginExecutable("docker"), [], {
    env: await toolchainEnvironment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const names = Array.from({ length: 12 }, (_, index) => `web-${index}`);
  const project = await Project.create(
    `for (const name of ${JSON.stringify(names)}) {
      const provider = new docker.Provider(name, { host: "ssh://core@" + name + ".invalid:22", sshOpts: ["-v"] });
      new docker.Container(name + "-agent", { name: "agent", image: "agent:1", hostname: name }, { provider });
    }`,
  );
  const shared = { PULUMI_DEBUG_PROVIDERS: `docker:${port}` };
  const preview = await project.previewWith(shared);
  expect(preview.status, preview.text).toBe(0);
  const previewed = preview.steps.filter(({ when, op }) => when === "begun" && op === "create").map(({ name }) => name);
  expect(previewed.sort()).toEqual(names.flatMap((name) => [name, `${name}-agent`]).sort());
  // Nobody else answers in its place.
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
  expect((await project.previewWith(shared)).status).not.toBe(0);
});
