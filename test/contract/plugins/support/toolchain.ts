import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { silent } from "../../../../tools/shared/progress";
import { resolveToolchain } from "../../../../tools/toolchain";

let resolved: Promise<NodeJS.ProcessEnv> | undefined;

async function resolve(): Promise<NodeJS.ProcessEnv> {
  const parts = ["pulumi", "language-host", "docker-plugin", "command-plugin"] as const;
  const { environment } = await resolveToolchain({ parts, log: silent });
  return { ...process.env, ...environment };
}

/** The environment in which the pulumi program, its language host and its plugins are found, vendor's or stand-ins. */
export async function toolchainEnvironment(): Promise<NodeJS.ProcessEnv> {
  resolved ??= resolve();
  return resolved;
}

/** The plugins under test, with the versions that the program uses. */
const VERSIONS = { docker: "5.2.0", command: "1.2.1" };

/** The names of the plugins under test. */
export type PluginName = keyof typeof VERSIONS;

/** The plugin's executable: in Pulumi's plugin folder, else on the PATH. Throws when it is in neither. */
export async function pluginExecutable(name: PluginName): Promise<string> {
  const environment = await toolchainEnvironment();
  const program = `pulumi-resource-${name}`;
  const home = environment["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  const folders = [
    join(home, "plugins", `resource-${name}-v${VERSIONS[name]}`),
    ...(environment["PATH"] ?? "").split(":"),
  ];
  const found = folders.map((folder) => join(folder, program)).find(existsSync);
  if (found === undefined) throw new Error(`${program} is neither in ${home}/plugins nor on the PATH`);
  return found;
}
