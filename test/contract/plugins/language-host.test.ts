import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/language_pb";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { describe, expect, onTestFinished, test } from "vitest";
import { waitFor } from "../../../tools/shared/wait";
import { FakeEngine } from "./support/engine";
import { processes } from "./support/processes";
import { Project, javaScript } from "./support/project";
import { toolchainEnvironment } from "./support/toolchain";

async function languageHost(): Promise<LanguageRuntimeClient> {
  const engine = await FakeEngine.start();
  const child = spawn("pulumi-language-nodejs", [engine.address], {
    env: await toolchainEnvironment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const client = new LanguageRuntimeClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  onTestFinished(async () => {
    client.close();
    const exited = once(child, "exit");
    child.kill("SIGINT");
    await exited;
    engine.close();
  });
  return client;
}

function ask<T>(question: (answer: (error: grpc.ServiceError | null, response: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    question((error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}

/** A folder with packages as npm installs them. */
function packagesFolder(packages: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), "packages-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, manifest] of Object.entries(packages)) {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, "package.json"), JSON.stringify(manifest));
  }
  return folder;
}

describe("the language host", () => {
  test("has the engine's version", async () => {
    const client = await languageHost();
    const info = await ask<PluginInfo>((answer) => client.getPluginInfo(new Empty(), answer));
    expect(info.getVersion()).toBe("v3.259.0");
  });

  test("finds the plugins that installed packages need, packages of packages and of scopes included", async () => {
    const client = await languageHost();
    const info = new rpc.ProgramInfo();
    info.setProgramDirectory(
      packagesFolder({
        ".": { name: "program", pulumi: { resource: true, name: "not-installed" } },
        "node_modules/@pulumi/one": { name: "@pulumi/one", version: "1.2.3", pulumi: { resource: true } },
        "node_modules/two": {
          name: "two",
          version: "1.0.0",
          pulumi: { resource: true, name: "second", version: "v4.5.6" },
        },
        "node_modules/two/node_modules/@pulumi/three": {
          ...{ name: "@pulumi/three", version: "7.0.0", pulumi: { resource: true, server: "https://example.test" } },
        },
        "node_modules/none": { name: "none", version: "1.0.0", pulumi: { resource: false } },
        "node_modules/plain": { name: "plain", version: "1.0.0" },
      }),
    );
    const request = new rpc.GetRequiredPackagesRequest();
    request.setInfo(info);
    const response = await ask<rpc.GetRequiredPackagesResponse>((answer) =>
      client.getRequiredPackages(request, answer),
    );
    const found = response
      .getPackagesList()
      .map((item) => [item.getName(), item.getVersion(), item.getKind(), item.getServer()]);
    expect(found.sort()).toEqual([
      ["one", "v1.2.3", "resource", ""],
      ["second", "v4.5.6", "resource", ""],
      ["three", "v7.0.0", "resource", "https://example.test"],
    ]);
  });
});

describe("a program", () => {
  test("gets its config, the names of project and stack, and its own folder", async () => {
    const project = await Project.create(`
      const config = new pulumi.Config();
      const other = new pulumi.Config("other");
      exports.seen = [
        config.requireNumber("number"), other.require("key"), pulumi.getProject(), pulumi.getStack(), process.cwd(),
        process.env.PULUMI_CONFIG_SECRET_KEYS,
      ];
      exports.hidden = config.requireSecret("hidden");`);
    const set = (...args: string[]) => project.pulumi(["config", "set", "--stack", "test", ...args]);
    await set("number", "5");
    await set("other:key", "value");
    await set("--secret", "hidden", "s3cret");
    const run = await project.up();
    expect(run.status, run.text).toBe(0);
    const { stdout } = await project.pulumi(["stack", "output", "--json", "--show-secrets", "--stack", "test"]);
    expect(JSON.parse(stdout)).toEqual({
      seen: [5, "value", "contract", "test", project.folder, '["contract:hidden"]'],
      hidden: "s3cret",
    });
    expect(run.text).not.toContain("s3cret");
  });

  test("in TypeScript runs as it is", async () => {
    const project = await Project.create("", "runtime: nodejs");
    project.write("package.json", JSON.stringify({ name: "contract", version: "1.0.0", main: "index.ts" }));
    const compilerOptions = {
      target: "ES2022",
      module: "node16",
      moduleResolution: "node16",
      strict: true,
      types: ["node"],
      skipLibCheck: true,
    };
    project.write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["index.ts"] }));
    project.write("index.ts", "const answer: number = 42;\nexport { answer };\n");
    const good = await project.preview();
    expect(good.text).toContain("answer: 42");
    project.write("index.ts", 'const answer: number = "no";\nexport { answer };\n');
    const bad = await project.preview();
    expect(bad.status).not.toBe(0);
    expect(bad.text).toContain("error TS2322: Type 'string' is not assignable to type 'number'.");
  });

  test("has its output shown, from stdout and stderr", async () => {
    const project = await Project.create('console.log("to stdout"); process.stderr.write("to stderr\\n");');
    const run = await project.preview();
    expect(run.status).toBe(0);
    expect(run.text).toContain("    to stdout\n");
    expect(run.text).toContain("    to stderr\n");
  });

  test.each([
    ["throws", 'throw new Error("it went wrong");', "Error: it went wrong\n        at Object.<anonymous>"],
    ["rejects", 'Promise.reject(new Error("it went wrong"));', "Error: it went wrong"],
    ["throws a RunError", 'throw new pulumi.RunError("just this");', "    error: just this\n"],
    [
      "misses a value",
      'new pulumi.Config().require("nope");',
      "Missing required configuration variable 'contract:nope'",
    ],
  ])("that %s is told as its own error, without a word of exit codes", async (_what, program, reason) => {
    // A single frame is the program's own, but for what the SDK itself throws.
    const frames = program.includes("require(") ? 0 : 1;
    const run = await (await Project.create(program, javaScript(frames))).preview();
    expect(run.status).not.toBe(0);
    expect(run.text).toContain(reason);
    expect(run.text).not.toContain("exit code");
  });

  test("that ends by itself with a status is an error with it", async () => {
    const run = await (await Project.create("process.exit(3);")).preview();
    expect(run.status).not.toBe(0);
    expect(run.text).toContain("Program exited with non-zero exit code: 3");
  });

  test("without the SDK is an error that says what to do", async () => {
    const project = await Project.create("");
    rmSync(join(project.folder, "node_modules"));
    const run = await project.preview();
    expect(run.status).not.toBe(0);
    expect(run.text).toContain("It looks like the Pulumi SDK has not been installed. Have you run pulumi install?");
  });

  test("with a bad runtime option is an error that names it", async () => {
    const project = await Project.create("", "runtime: { name: nodejs, options: { typescript: 5 } }");
    const run = await project.preview();
    expect(run.status).not.toBe(0);
    expect(run.text).toContain("typescript option must be a boolean");
  });

  test("ends when pulumi is interrupted", async () => {
    const project = await Project.create('console.log("pid=" + process.pid); setInterval(() => {}, 1000);');
    const up = project.startUp();
    await waitFor("the program's start", () => Promise.resolve(/pid=\d+/.test(up.text)));
    const pid = Number(/pid=(\d+)/.exec(up.text)?.[1]);
    up.signal("SIGINT");
    expect(await up.ended()).not.toBe(0);
    await waitFor("the program's end", () => Promise.resolve(!processes().some((item) => item.pid === pid)));
  });

  test("ends when pulumi is killed, even while it prints something that nobody reads any more", async () => {
    const project = await Project.create(`
      process.stderr.on("error", () => undefined);
      console.log("pid=" + process.pid);
      setInterval(() => console.error("still here"), 20);`);
    const up = project.startUp();
    await waitFor("the program's start", () => Promise.resolve(/pid=\d+/.test(up.text)));
    const pid = Number(/pid=(\d+)/.exec(up.text)?.[1]);
    up.signal("SIGKILL");
    await up.ended();
    // The vendor's language host looks for its engine every few minutes.
    await waitFor("the program's end", () => Promise.resolve(!processes().some((item) => item.pid === pid)), {
      timeoutMs: 290_000,
    });
  });
});
