import { constants } from "node:fs";
import { chmod, copyFile, link, mkdir, readlink, realpath, rm, stat, symlink } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { cachedFolder, hashOf } from "../shared/cache";
import type { Log } from "../shared/progress";
import { entriesOf, isInCache, userPulumiHome } from "./pulumi-home";
import { installedPlugin, pluginFolderName, pluginProgram, type PluginName } from "./plugins";

/** The paths of the resolved programs; undefined for those that were not requested. */
export interface Programs {
  readonly pulumi: string;
  readonly languageHost: string | undefined;
  readonly plugins: { readonly [name in PluginName]: string | undefined };
}

/**
 * The environment variables with which `pulumi` uses exactly these programs, without a warning about their location. If
 * the user's own Pulumi folder has all plugins, it stays in use; otherwise a new folder is composed.
 */
export async function composeEnvironment(programs: Programs, log: Log): Promise<Record<string, string>> {
  const bin = await programFolder(programs, log);
  const plugins = Object.entries(programs.plugins)
    .filter((entry): entry is [PluginName, string] => entry[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const own = plugins.every(([name, path]) => path === installedPlugin(name));
  const home = own ? undefined : await pulumiHome(plugins, log);
  return {
    PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Pulumi's programs talk to each other on this machine, and gRPC for Node.js would use a proxy even for that.
    no_grpc_proxy: "127.0.0.1,localhost,::1",
    // Otherwise plugins on the PATH would take precedence.
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    ...(home === undefined ? {} : { PULUMI_HOME: home, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" }),
  };
}

/** A folder with `pulumi` and, next to it as Pulumi expects, the language host. */
async function programFolder(programs: Programs, log: Log): Promise<string> {
  const pulumi = await realpath(programs.pulumi);
  if (programs.languageHost === undefined) return dirname(pulumi);
  const host = await realpath(programs.languageHost);
  if (dirname(pulumi) === dirname(host)) return dirname(pulumi);
  const { mtimeMs, size } = await stat(pulumi);
  return cachedFolder(`toolchain/bin-${hashOf(pulumi, `${mtimeMs} ${size}`, host)}`, log, async (folder) => {
    await installProgram(pulumi, join(folder, "pulumi"));
    await symlink(host, join(folder, "pulumi-language-nodejs"));
  });
}

/** Not a symbolic link: Pulumi resolves links before it looks for the language host next to itself. */
async function installProgram(from: string, to: string): Promise<void> {
  if (isInCache(from)) return link(from, to);
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await chmod(to, 0o755);
}

/** A Pulumi folder with these plugins. */
async function pulumiHome(plugins: readonly (readonly [PluginName, string])[], log: Log): Promise<string> {
  const hash = hashOf(userPulumiHome(), ...plugins.flatMap(([name, path]) => [pluginFolderName(name), path]));
  const home = await cachedFolder(`toolchain/home-${hash}`, log, async (folder) => {
    for (const [name, path] of plugins) {
      // Pulumi skips links to folders, so the folder is a real one and the program in it a link.
      const to = join(folder, "plugins", pluginFolderName(name));
      await mkdir(to, { recursive: true });
      await symlink(path, join(to, pluginProgram(name)));
    }
  });
  await linkUserFile(home, "credentials.json");
  return home;
}

/** Keeps the user's login to a Pulumi backend. */
async function linkUserFile(home: string, name: string): Promise<void> {
  const [from, to] = [join(userPulumiHome(), name), join(home, name)];
  const there = (await entriesOf(userPulumiHome())).includes(name);
  const linked = await readlink(to).catch(() => undefined);
  if (!there || linked === from) return;
  await rm(to, { force: true });
  await symlink(from, to).catch((error: unknown) => {
    // Another run has just created the same link.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  });
}
