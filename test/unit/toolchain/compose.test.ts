import { lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cacheFolder } from "../../../tools/shared/cache";
import { silent } from "../../../tools/shared/progress";
import { composeEnvironment } from "../../../tools/toolchain/compose";
import { findProgram, isInCache, programFolders, userPulumiHome } from "../../../tools/toolchain/pulumi-home";
import { installedPlugin } from "../../../tools/toolchain/plugins";

let folder: string;

async function program(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n# ${path}\n`, { mode: 0o755 });
  return path;
}

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "compose-test-")));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  vi.stubEnv("PULUMI_HOME", join(folder, "home"));
  vi.stubEnv("PATH", "/usr/bin:/bin");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** A vendor's toolchain: both programs in one folder, both plugins in the user's Pulumi folder. */
async function vendors(): Promise<Parameters<typeof composeEnvironment>[0]> {
  return {
    pulumi: await program(join(folder, "opt", "pulumi")),
    languageHost: await program(join(folder, "opt", "pulumi-language-nodejs")),
    plugins: { docker: await program(installedPlugin("docker")), command: await program(installedPlugin("command")) },
  };
}

describe("composeEnvironment", () => {
  it("adds only the PATH to a vendor's toolchain", async () => {
    const environment = await composeEnvironment(await vendors(), silent);
    expect(environment).toEqual({
      PATH: `${join(folder, "opt")}:/usr/bin:/bin`,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      no_grpc_proxy: "127.0.0.1,localhost,::1",
      PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    });
  });

  it("needs only the program if nothing else was asked for", async () => {
    const { pulumi } = await vendors();
    const none = { docker: undefined, command: undefined };
    const environment = await composeEnvironment({ pulumi, languageHost: undefined, plugins: none }, silent);
    expect(environment["PATH"]).toBe(`${join(folder, "opt")}:/usr/bin:/bin`);
    expect(environment).not.toHaveProperty("PULUMI_HOME");
  });

  it("puts a language host from another folder next to a copy of pulumi, where pulumi looks for it", async () => {
    const programs = await vendors();
    const languageHost = await program(join(cacheFolder(), "standins", "pulumi-language-nodejs"));
    const environment = await composeEnvironment({ ...programs, languageHost }, silent);
    const bin = environment["PATH"]?.split(":")[0] ?? "";
    expect(isInCache(bin)).toBe(true);
    expect((await lstat(join(bin, "pulumi"))).isSymbolicLink()).toBe(false);
    expect(await readFile(join(bin, "pulumi"), "utf8")).toContain("opt/pulumi");
    expect((await stat(join(bin, "pulumi"))).mode & 0o111).toBe(0o111);
    expect(await realpath(join(bin, "pulumi-language-nodejs"))).toBe(languageHost);
    expect(environment).not.toHaveProperty("PULUMI_HOME");
  });

  it("puts plugins from anywhere into one Pulumi folder, and keeps the user logged in", async () => {
    const programs = await vendors();
    const docker = await program(join(cacheFolder(), "standins", "docker-1", "pulumi-resource-docker"));
    await writeFile(join(userPulumiHome(), "credentials.json"), "{}");
    const mixed = { ...programs, plugins: { ...programs.plugins, docker } };
    const home = (await composeEnvironment(mixed, silent))["PULUMI_HOME"] ?? "";
    const plugins = join(home, "plugins");
    expect((await readdir(plugins)).sort()).toEqual(["resource-command-v1.2.1", "resource-docker-v5.2.0"]);
    expect(await realpath(join(plugins, "resource-docker-v5.2.0", "pulumi-resource-docker"))).toBe(docker);
    const command = join(plugins, "resource-command-v1.2.1", "pulumi-resource-command");
    expect(await realpath(command)).toBe(programs.plugins.command);
    expect(await realpath(join(home, "credentials.json"))).toBe(join(userPulumiHome(), "credentials.json"));
    // Pulumi takes folders alone for plugins, not links to them.
    expect((await lstat(join(plugins, "resource-docker-v5.2.0"))).isDirectory()).toBe(true);
  });
});

describe("the folders with a user's programs", () => {
  it("leaves out this project's cache, so that a stand-in never counts as found", async () => {
    const bin = join(cacheFolder(), "toolchain", "bin-1");
    await program(join(bin, "pulumi"));
    vi.stubEnv("PATH", `${bin}:/usr/bin`);
    expect(programFolders()).not.toContain(bin);
    expect(await findProgram("pulumi", programFolders())).not.toBe(join(bin, "pulumi"));
    vi.stubEnv("PULUMI_HOME", join(cacheFolder(), "toolchain", "home-1"));
    expect(userPulumiHome()).toMatch(/\/\.pulumi$/);
  });
});
