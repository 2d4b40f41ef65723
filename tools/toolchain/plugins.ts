import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../shared/errors";
import { run } from "../shared/run";
import type { Located, Sources } from "./choose";
import { rememberingFailure, siteAnswers } from "./downloads";
import { versions } from "./parts";
import { findProgram, isExecutable, programFolders, userPulumiHome } from "./pulumi-home";
import { vendorSite } from "./pulumi-program";

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

/** The ways to get a resource plugin. `pulumi` gives the path of the program whose client downloads it. */
export function pluginSources(
  name: PluginName,
  pulumi: string,
  standIn: () => Promise<string>,
  retry: boolean,
): Sources {
  const located = (location: string): Located => ({ version: versions[name], location });
  return {
    find: async () => {
      const path = await findPlugin(name);
      return path === undefined ? undefined : located(path);
    },
    download: async () => {
      await downloadPlugin(name, pulumi, retry);
      return located(installedPlugin(name));
    },
    make: async () => located(await standIn()),
    made: "stand-in",
    vendorAddress: `\`pulumi plugin install resource ${name} ${versions[name]}\` on a machine that reaches ${vendorSite}`,
  };
}

/** Exactly the wanted version: among Pulumi's plugins, or on the PATH, which Pulumi prefers. */
async function findPlugin(name: PluginName): Promise<string | undefined> {
  const ambient = await findProgram(pluginProgram(name), programFolders());
  if (ambient !== undefined) {
    const printed = await run(ambient, ["-version"], { check: false, timeoutMs: 10_000 });
    if (printed.stdout.trim().replace(/^v/, "") === versions[name]) return ambient;
  }
  const path = installedPlugin(name);
  // Pulumi's mark of a download that broke off.
  const partial = join(userPulumiHome(), "plugins", `${pluginFolderName(name)}.partial`);
  return !existsSync(partial) && (await isExecutable(path)) ? path : undefined;
}

async function downloadPlugin(name: PluginName, pulumi: string, retry: boolean): Promise<void> {
  await rememberingFailure(
    `plugin ${name} ${versions[name]} ${userPulumiHome()}`,
    async () => {
      if (!(await siteAnswers(vendorSite))) throw new UserError(`${vendorSite} can't be reached`);
      await run(pulumi, ["plugin", "install", "resource", name, versions[name]], {
        timeoutMs: 600_000,
        title: `pulumi plugin install resource ${name} ${versions[name]}`,
        env: { ...process.env, PULUMI_HOME: userPulumiHome(), PULUMI_SKIP_UPDATE_CHECK: "true" },
      });
    },
    { retry },
  );
}
