import { describe, expect, test } from "vitest";
import { run } from "../../../tools/shared/run";
import { versions } from "../../../tools/toolchain/parts";
import { pluginVersion } from "../../../tools/toolchain/plugin-version";
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
