import { readFile, realpath, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cachedFolder, hashOf } from "../shared/cache";
import { UserError } from "../shared/errors";
import { silent, type Log } from "../shared/progress";
import { run } from "../shared/run";
import type { Located, Sources } from "./choose";
import { withFailureCache, isSiteReachable, vendorSite } from "./downloads";
import { versions } from "./parts";
import { pluginVersion } from "./plugin-version";
import type { SourceOptions } from "./plugins";
import { buildPulumi, cachedPulumi } from "./pulumi-build";
import { installedProgramsFolder, isExecutable, programFolders, userPulumiHome } from "./pulumi-home";

/** The language host's program. */
const languageHost = "pulumi-language-nodejs";

/** The ways to get the `pulumi` program. `retry`: also try a download that failed recently. */
export function pulumiSources(log: Log, retry: boolean): Sources {
  return {
    find: findPulumi,
    kept: async () => {
      const location = await cachedPulumi();
      return location === undefined ? undefined : { version: versions.pulumi, location };
    },
    download: async () => {
      await installVendorPrograms(retry);
      return { version: versions.pulumi, location: await installed("pulumi") };
    },
    make: async () => ({ version: versions.pulumi, location: await buildPulumi(log) }),
    made: "built",
    vendorAddress: "https://www.pulumi.com/docs/install/",
  };
}

/** The ways to get Pulumi's language host for Node.js, which belongs next to the `pulumi` program. */
export function languageHostSources({ pulumi, standIn, retry, log }: SourceOptions): Sources {
  const located = (location: string): Located => ({ version: versions.pulumi, location });
  return {
    find: () => findLanguageHost(pulumi, log),
    download: async () => {
      await installVendorPrograms(retry);
      return located(await installed(languageHost));
    },
    make: async () => located(await standIn()),
    made: "stand-in",
    vendorAddress:
      "https://www.pulumi.com/docs/install/: it comes with the pulumi program; put it next to that or on the PATH",
  };
}

/** The first `pulumi` on this machine of the wanted major version that is not too old. */
async function findPulumi(): Promise<Located | undefined> {
  for (const folder of programFolders()) {
    const path = join(folder, "pulumi");
    if (!(await isExecutable(path))) continue;
    const version = await versionOf(path);
    if (isAtLeast(version, versions.pulumi)) return { version, location: path };
  }
  return undefined;
}

/** The language host next to the `pulumi` program, else one on the PATH that is not too old. */
async function findLanguageHost(pulumi: string, log: Log): Promise<Located | undefined> {
  const beside = join(dirname(await realpath(pulumi)), languageHost);
  // Programs that were installed together have the same version.
  if (await isExecutable(beside)) return { version: await versionOf(pulumi), location: beside };
  for (const folder of programFolders()) {
    const location = join(folder, languageHost);
    if (!(await isExecutable(location))) continue;
    const version = await pluginVersion(location, "language");
    if (version !== undefined && isAtLeast(version, versions.pulumi)) return { version, location };
    const finding = version === undefined ? "does not answer like a language host" : `is version ${version}`;
    log(`language-host: ${location} ${finding}; ${versions.pulumi} is needed.`);
  }
  return undefined;
}

/** The version of a `pulumi` program; the answer is cached for each program, because its start is slow. */
async function versionOf(pulumi: string): Promise<string> {
  const { mtimeMs, size } = await stat(pulumi);
  const folder = await cachedFolder(
    `pulumi-versions/${hashOf(pulumi, `${mtimeMs} ${size}`)}`,
    silent,
    async (temporary) => {
      // It writes a log even for this, which must not go into the user's folder.
      const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_HOME: join(temporary, "home") };
      const printed = await run(pulumi, ["version"], { check: false, timeoutMs: 60_000, env });
      await writeFile(join(temporary, "version"), printed.stdout.trim().replace(/^v/, ""));
    },
  );
  return readFile(join(folder, "version"), "utf8");
}

/** Whether a version has the same major number as another and is not older. `false` for an invalid version. */
export function isAtLeast(version: string, wanted: string): boolean {
  const parse = (text: string): number[] | undefined => /^(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number);
  const [have, need] = [parse(version), parse(wanted)];
  if (have === undefined || need === undefined || have[0] !== need[0]) return false;
  const difference = have.map((part, index) => part - (need[index] ?? 0)).find((part) => part !== 0) ?? 0;
  return difference >= 0;
}

/** npm's `pulumi` package downloads the program and its language hosts when it is first run. */
async function installVendorPrograms(retry: boolean): Promise<void> {
  await withFailureCache(
    `pulumi ${versions.pulumi} ${installedProgramsFolder()}`,
    async () => {
      if (!(await isSiteReachable(vendorSite))) throw new UserError(`${vendorSite} can't be reached`);
      const args = ["exec", "--yes", "--package", `pulumi@${versions.pulumi}`, "--", "pulumi", "version"];
      const env = { ...process.env, PULUMI_HOME: userPulumiHome() };
      await run("npm", args, { env, timeoutMs: 600_000, title: `npm's package pulumi@${versions.pulumi}` });
    },
    { retry },
  );
}

async function installed(name: string): Promise<string> {
  const path = join(installedProgramsFolder(), name);
  if (await isExecutable(path)) return path;
  throw new UserError(`npm's package pulumi@${versions.pulumi} has not installed ${path}`);
}
