import { readFile, realpath, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cachedFolder, hashOf } from "../shared/cache";
import { UserError } from "../shared/errors";
import { silent, type Log } from "../shared/progress";
import { run } from "../shared/run";
import type { Located, Sources } from "./choose";
import { rememberingFailure, siteAnswers } from "./downloads";
import { versions } from "./parts";
import { buildPulumi } from "./pulumi-build";
import { findProgram, installedProgramsFolder, isExecutable, programFolders, userPulumiHome } from "./pulumi-home";

/** Where the vendor's clients download from. */
export const vendorSite = "get.pulumi.com";

/** The ways to get the `pulumi` program. `retry`: also download what has failed lately. */
export function pulumiSources(log: Log, retry: boolean): Sources {
  return {
    find: findPulumi,
    download: async () => {
      await installVendorPrograms(retry);
      return { version: versions.pulumi, location: await installed("pulumi") };
    },
    make: async () => ({ version: versions.pulumi, location: await buildPulumi(log) }),
    made: "built",
    vendorAddress: "https://www.pulumi.com/docs/install/",
  };
}

/** The ways to get Pulumi's language host for Node.js, which belongs next to the program at `pulumi`. */
export function languageHostSources(pulumi: string, standIn: () => Promise<string>, retry: boolean): Sources {
  const located = (location: string): Located => ({ version: versions.pulumi, location });
  return {
    find: async () => {
      const folders = [dirname(await realpath(pulumi)), ...programFolders()];
      const path = await findProgram("pulumi-language-nodejs", folders);
      return path === undefined ? undefined : located(path);
    },
    download: async () => {
      await installVendorPrograms(retry);
      return located(await installed("pulumi-language-nodejs"));
    },
    make: async () => located(await standIn()),
    made: "stand-in",
    vendorAddress: "https://www.pulumi.com/docs/install/ (it comes with the pulumi program)",
  };
}

/** The first `pulumi` on this machine that is of the wanted major version and not older than wanted. */
async function findPulumi(): Promise<Located | undefined> {
  for (const folder of programFolders()) {
    const path = join(folder, "pulumi");
    if (!(await isExecutable(path))) continue;
    const version = await versionOf(path);
    if (isAtLeast(version, versions.pulumi)) return { version, location: path };
  }
  return undefined;
}

/** The version that a `pulumi` program says it is; asked once for each program, since its start takes a while. */
async function versionOf(pulumi: string): Promise<string> {
  const { mtimeMs, size } = await stat(pulumi);
  const folder = await cachedFolder(
    `pulumi-versions/${hashOf(pulumi, `${mtimeMs} ${size}`)}`,
    silent,
    async (temporary) => {
      // It writes a log even for this: not into the user's folder.
      const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_HOME: join(temporary, "home") };
      const printed = await run(pulumi, ["version"], { check: false, timeoutMs: 60_000, env });
      await writeFile(join(temporary, "version"), printed.stdout.trim().replace(/^v/, ""));
    },
  );
  return readFile(join(folder, "version"), "utf8");
}

/** Whether a version is of the same major one as another, and not older. `false` for what is no version. */
export function isAtLeast(version: string, wanted: string): boolean {
  const parse = (text: string): number[] | undefined => /^(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number);
  const [have, need] = [parse(version), parse(wanted)];
  if (have === undefined || need === undefined || have[0] !== need[0]) return false;
  const difference = have.map((part, index) => part - (need[index] ?? 0)).find((part) => part !== 0) ?? 0;
  return difference >= 0;
}

/** npm's `pulumi` package downloads the program and its language hosts when it is first run. */
async function installVendorPrograms(retry: boolean): Promise<void> {
  await rememberingFailure(
    `pulumi ${versions.pulumi} ${installedProgramsFolder()}`,
    async () => {
      if (!(await siteAnswers(vendorSite))) throw new UserError(`${vendorSite} can't be reached`);
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
