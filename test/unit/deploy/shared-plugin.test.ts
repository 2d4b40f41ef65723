import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { startSharedPlugin } from "../../../tools/deploy/shared-plugin";
import { waitFor } from "../../../tools/shared/wait";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shared-plugin-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const start = (hosts: number) => {
  const listed = Array.from({ length: hosts }, (_, index) => `    - name: web-${index}`);
  mkdirSync(join(folder, "stacks"));
  writeFileSync(
    join(folder, "stacks", "Pulumi.shop.yaml"),
    ["config:", "  datadog-hosts:hosts:", ...listed, ""].join("\n"),
  );
  return startSharedPlugin(join(folder, "stacks"), "shop", { PATH: process.env["PATH"], PULUMI_HOME: folder });
};

/** A plugin that is this script. It notes its process id, and whether it got an argument. */
function installPlugin(script: string): void {
  const program = join(folder, "plugins", "resource-docker-v5.2.0", "pulumi-resource-docker");
  mkdirSync(dirname(program), { recursive: true });
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
}

test("a large fleet has one plugin, which waits for the engine and ends with the preview", async () => {
  installPlugin('echo "4711$#"; echo $$ >"$PULUMI_HOME/id"; exec sleep 60');
  const { environment, process: child, end } = await start(9);
  expect(environment).toEqual({ PULUMI_DEBUG_PROVIDERS: "docker:47110" });
  end();
  await waitFor("the plugin to end", () => Promise.resolve(child?.signalCode === "SIGKILL"), { timeoutMs: 5000 });
});

test("a small fleet has a plugin for each host", async () => {
  installPlugin("echo 4711; exec sleep 60");
  expect((await start(8)).environment).toEqual({});
});

test.each([
  ["ends at once", "exit 1"],
  ["says something else", "echo usage:; exec sleep 60"],
])("where the plugin %s, the preview does without", async (_, script) => {
  installPlugin(script);
  expect((await start(9)).environment).toEqual({});
});

test("if the plugin is somewhere else, the preview does without it", async () => {
  expect((await start(9)).environment).toEqual({});
});
