import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../shared/errors";
import type { Log } from "../shared/progress";
import { run } from "../shared/run";
import type { Located, Sources } from "./choose";
import { withFailureCache, isSiteReachable, vendorSite } from "./downloads";
import { versions } from "./parts";
import { pluginVersion } from "./plugin-version";
import { isExecutable, programFolders, userPulumiHome } from "./pulumi-home";

/** The resource plugins that the program needs. */
export type PluginName = "docker" | "command";

/** The name of a plugin's folder among Pulumi's plugins: `resource-docker-v5.2.0`. */
export function pluginFolderName(name: PluginName): string {
  return `resource-${name}-v${versions[name]}`;
}

/** The name of a plugin's program: `pulumi-resource-docker`. */
export function pluginProgram(name: PluginName): string {
  return `pulumi-resource-${name}`;
}

/** Where Pulumi's own client keeps this plugin. */
export function installedPlugin(name: PluginName): string {
  return join(userPulumiHome(), "plugins", pluginFolderName(name), pluginProgram(name));
}

/** Options for the ways to get a program. */
export interface SourceOptions {
  /** The path of the `pulumi` program. */
  readonly pulumi: string;
  /** Builds the stand-in and returns its path. */
  readonly standIn: () => Promise<string>;
  /** Whether to try a download again that failed recently. */
  readonly retry: boolean;
  readonly log: Log;
}

/** The ways to get a resource plugin; Pulumi's own client downloads it. */
export function pluginSources(name: PluginName, { pulumi, standIn, retry, log }: SourceOptions): Sources {
  const located = (location: string): Located => ({ version: versions[name], location });
  return {
    find: async () => {
      const path = await findPlugin(name, log);
      return path === undefined ? undefined : located(path);
    },
    download: async () => {
      await downloadPlugin(name, pulumi, retry);
      return located(installedPlugin(name));
    },
    make: async () => located(await standIn()),
    made: "stand-in",
    vendorAddress:
      `${vendorSite}: \`pulumi plugin install resource ${name} ${versions[name]}\` does so on a machine that reaches it, and ` +
      `the program ~/.pulumi/plugins/${pluginFolderName(name)}/${pluginProgram(name)} may be copied onto the PATH here`,
  };
}

/** A plugin of exactly the wanted version: on the PATH, which Pulumi prefers, or among Pulumi's plugins. */
async function findPlugin(name: PluginName, log: Log): Promise<string | undefined> {
  const others: string[] = [];
  for (const folder of programFolders()) {
    const path = join(folder, pluginProgram(name));
    if (!(await isExecutable(path))) continue;
    const version = await pluginVersion(path, "resource");
    if (version === versions[name]) return path;
    others.push(`${path} ${version === undefined ? "does not answer like a plugin" : `is version ${version}`}`);
  }
  const path = installedPlugin(name);
  // Pulumi's mark of an incomplete download.
  const partial = join(userPulumiHome(), "plugins", `${pluginFolderName(name)}.partial`);
  if (!existsSync(partial) && (await isExecutable(path))) return path;
  for (const other of others) log(`${name}-plugin: ${other}; ${versions[name]} is needed.`);
  return undefined;
}

async function downloadPlugin(name: PluginName, pulumi: string, retry: boolean): Promise<void> {
  await withFailureCache(
    `plugin ${name} ${versions[name]} ${userPulumiHome()}`,
    async () => {
      if (!(await isSiteReachable(vendorSite))) throw new UserError(`${vendorSite} can't be reached`);
      await run(pulumi, ["plugin", "install", "resource", name, versions[name]], {
        timeoutMs: 600_000,
        title: `pulumi plugin install resource ${name} ${versions[name]}`,
        env: { ...process.env, PULUMI_HOME: userPulumiHome(), PULUMI_SKIP_UPDATE_CHECK: "true" },
      });
    },
    { retry },
  );
}
