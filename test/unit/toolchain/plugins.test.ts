import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { silent } from "../../../tools/shared/progress";
import { run } from "../../../tools/shared/run";
import { pluginVersion } from "../../../tools/toolchain/plugin-version";
import { installedPlugin, pluginSources } from "../../../tools/toolchain/plugins";
import { languageHostSources } from "../../../tools/toolchain/pulumi-program";

const modules = resolve(__dirname, "..", "..", "..", "node_modules");

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plugins-test-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  vi.stubEnv("PULUMI_HOME", join(folder, "home"));
  vi.stubEnv("PATH", `${join(folder, "bin")}:${dirname(process.execPath)}:/usr/bin:/bin`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function program(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { mode: 0o755 });
  return path;
}

/** A plugin that knows no option, as the vendor's; each start of it is noted. */
function plugin(path: string, version: string, service = "provider_grpc_pb", member = "ResourceProviderService") {
  return program(
    path,
    `#!/usr/bin/env node
      if (process.argv[2].startsWith("-")) {
        console.error("flag provided but not defined: " + process.argv[2]);
        process.exit(2);
      }
      require("node:fs").appendFileSync(${JSON.stringify(join(folder, "starts"))}, "started\\n");
      const grpc = require(${JSON.stringify(join(modules, "@grpc/grpc-js"))});
      const { PluginInfo } = require(${JSON.stringify(join(modules, "@pulumi/pulumi/proto/plugin_pb"))});
      const service = require(${JSON.stringify(join(modules, "@pulumi/pulumi/proto", service))}).${member};
      const server = new grpc.Server();
      server.addService(service, {
        getPluginInfo: (call, answer) => {
          const info = new PluginInfo();
          info.setVersion(${JSON.stringify(version)});
          answer(null, info);
        },
      });
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => console.log(port));`,
  );
}

describe("pluginVersion", () => {
  it("is the plugin's own answer, without a leading v, and is asked once", async () => {
    const path = await plugin(join(folder, "plugin"), "v5.2.0");
    expect(await pluginVersion(path, "resource")).toBe("5.2.0");
    expect(await pluginVersion(path, "resource")).toBe("5.2.0");
    expect(await readFile(join(folder, "starts"), "utf8")).toBe("started\n");
  });

  it.each([
    ["prints something else", "#!/bin/sh\necho usage\n"],
    ["prints nothing", "#!/bin/sh\nexit 2\n"],
    ["serves nothing on the port that it prints", "#!/bin/sh\necho 1\nexec sleep 60\n"],
    ["can't be started", "#!/no/such/interpreter\n"],
  ])("is none for a program that %s", async (_what, text) => {
    expect(await pluginVersion(await program(join(folder, "plugin"), text), "resource")).toBeUndefined();
  });
});

describe("a plugin on this machine", () => {
  const sources = (log: (line: string) => void) =>
    pluginSources("docker", { pulumi: "/none", standIn: () => Promise.reject(new Error("none")), retry: false, log });

  it("is found on the PATH in the needed version", async () => {
    const path = await plugin(join(folder, "bin", "pulumi-resource-docker"), "5.2.0");
    expect(await sources(silent).find()).toEqual({ version: "5.2.0", location: path });
  });

  it("of another version is reported, with the needed version", async () => {
    const path = await plugin(join(folder, "bin", "pulumi-resource-docker"), "4.5.0");
    const lines: string[] = [];
    expect(await sources((line) => lines.push(line)).find()).toBeUndefined();
    expect(lines).toEqual([`docker-plugin: ${path} is version 4.5.0; 5.2.0 is needed.`]);
  });

  it("of another version does not matter if Pulumi's own folder has the right one", async () => {
    await plugin(join(folder, "bin", "pulumi-resource-docker"), "4.5.0");
    const installed = await program(installedPlugin("docker"), "#!/bin/sh\n");
    const lines: string[] = [];
    expect(await sources((line) => lines.push(line)).find()).toEqual({ version: "5.2.0", location: installed });
    expect(lines).toEqual([]);
  });

  it("is not found if its download is incomplete", async () => {
    await program(installedPlugin("docker"), "#!/bin/sh\n");
    await writeFile(join(folder, "home", "plugins", "resource-docker-v5.2.0.partial"), "");
    expect(await sources(silent).find()).toBeUndefined();
  });
});

describe("make toolchain", () => {
  it("finds parts on the PATH silently, also if only the vendors' are allowed", async () => {
    const pulumi = await program(join(folder, "bin", "pulumi"), "#!/bin/sh\necho v3.259.0\n");
    const path = await plugin(join(folder, "bin", "pulumi-resource-docker"), "5.2.0");
    const args = ["tools/start.cjs", "tools/toolchain/main.ts", "docker-plugin"];
    const { stdout, stderr } = await run(process.execPath, args, {
      cwd: resolve(modules, ".."),
      env: { ...process.env, TOOLCHAIN: "vendor", TOOLCHAIN_DOCKER_PLUGIN: "" },
    });
    expect(stdout.split("\n").map((line) => line.split(/ +/))).toEqual([
      ["pulumi", "found", "3.259.0", pulumi],
      ["docker-plugin", "found", "5.2.0", path],
      [""],
    ]);
    expect(stderr).toBe("");
  });
});

describe("a language host on this machine", () => {
  const find = (pulumi: string, log: (line: string) => void = silent) =>
    languageHostSources({ pulumi, standIn: () => Promise.reject(new Error("none")), retry: false, log }).find();
  const host = (path: string, version: string) => plugin(path, version, "language_grpc_pb", "LanguageRuntimeService");

  it("is the one next to the pulumi program, of the same version, and is not started", async () => {
    const pulumi = await program(join(folder, "opt", "pulumi"), "#!/bin/sh\necho v3.260.1\n");
    const beside = await host(join(folder, "opt", "pulumi-language-nodejs"), "v3.260.1");
    await host(join(folder, "bin", "pulumi-language-nodejs"), "v3.261.0");
    expect(await find(pulumi)).toEqual({ version: "3.260.1", location: beside });
    expect(existsSync(join(folder, "starts"))).toBe(false);
  });

  it("is otherwise one on the PATH that is not too old; an older one is reported", async () => {
    const pulumi = await program(join(folder, "opt", "pulumi"), "#!/bin/sh\necho v3.259.0\n");
    const path = join(folder, "bin", "pulumi-language-nodejs");
    await host(path, "v3.200.0");
    const lines: string[] = [];
    expect(await find(pulumi, (line) => lines.push(line))).toBeUndefined();
    expect(lines).toEqual([`language-host: ${path} is version 3.200.0; 3.259.0 is needed.`]);
    await rm(path);
    await host(path, "v3.259.0+later");
    expect(await find(pulumi)).toEqual({ version: "3.259.0+later", location: path });
  });
});
