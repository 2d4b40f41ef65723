import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { parse } from "yaml";

import { pluginFolderName, pluginProgram } from "../toolchain/plugins";

/** Up to so many hosts do without it: each further program can fail in its own way. */
const fewHosts = 8;

/** More than a plugin takes to start on a busy machine, in milliseconds. */
const startLimitMs = 30_000;

/** A docker plugin that all hosts of a preview use. */
export interface SharedPlugin {
  /** For `pulumi`, so that it uses this plugin. Empty: it starts a plugin for each host, as it does by itself. */
  readonly environment: NodeJS.ProcessEnv;
  /** The plugin's process, if there is one. */
  readonly process?: ChildProcess;
  readonly end: () => void;
}

const none: SharedPlugin = { environment: {}, end: () => undefined };

/**
 * Starts one docker plugin for a preview of many hosts. Pulumi starts one for each provider otherwise, and each host has a
 * provider of its own: on a hundred hosts that is half of the time, and several gigabytes. A preview connects to no host, so
 * it does not matter there which host's connection the plugin was told last. Never use it for anything else.
 * @param stacks the folder of the stacks' files.
 * @param environment the one that `pulumi` gets.
 * @returns a plugin that ends with this process at the latest; where it does not start, the preview does without.
 */
export async function startSharedPlugin(
  stacks: string,
  stack: string,
  environment: NodeJS.ProcessEnv,
): Promise<SharedPlugin> {
  if (countHosts(join(stacks, `Pulumi.${stack}.yaml`)) <= fewHosts) return none;
  const home = environment["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  // Without the engine's address as an argument, a plugin waits for engines to attach.
  const child = spawn(join(home, "plugins", pluginFolderName("docker"), pluginProgram("docker")), [], {
    env: environment,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const end = (): void => {
    process.removeListener("exit", end);
    child.kill("SIGKILL");
  };
  process.on("exit", end);
  const port = await new Promise<string | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), startLimitMs);
    const settle = (value?: string): void => {
      clearTimeout(timer);
      resolve(value);
    };
    child.once("error", () => settle());
    child.once("exit", () => settle());
    createInterface({ input: child.stdout }).once("line", settle);
  });
  if (port === undefined || !/^\d+$/.test(port)) {
    end();
    return none;
  }
  return { environment: { PULUMI_DEBUG_PROVIDERS: `docker:${port}` }, process: child, end };
}

function countHosts(stackFile: string): number {
  const file = parse(readFileSync(stackFile, "utf8")) as { config?: Record<string, unknown> } | null;
  const hosts = file?.config?.["datadog-hosts:hosts"];
  return Array.isArray(hosts) ? hosts.length : 0;
}
