import { readFile, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { cachedFolder, cacheFolder, hashOf, hashOfFiles } from "../shared/cache";
import { UserError } from "../shared/errors";
import { silent, step, type Log } from "../shared/progress";
import { run } from "../shared/run";
import type { Located, Sources } from "./choose";
import { withFailureCache, isSiteReachable } from "./downloads";
import { goBuild, requireGo } from "./go";
import { versions } from "./parts";
import { findProgram, isExecutable, programFolders } from "./pulumi-home";

const wanted = versions["docker-gen"];
const site = "github.com";
const releases = `https://${site}/nginx-proxy/docker-gen/releases`;
const standIns = resolve(__dirname, "..", "..", "test", "standins");

/** How the vendor's archives call the kinds of machine that Node.js knows; those for Alpine need no library. */
const archives: Readonly<Record<string, string>> = {
  "linux-x64": "alpine-linux-amd64",
  "linux-arm64": "alpine-linux-arm64",
  "darwin-x64": "darwin-amd64",
  "darwin-arm64": "darwin-arm64",
};

/**
 * The ways to get docker-gen as a program of this machine, in exactly the version that hosts run.
 * @param retry whether what has failed lately is downloaded again.
 */
export function dockerGenProgramSources(log: Log, retry: boolean): Sources {
  const located = (location: string): Located => ({ version: wanted, location });
  return {
    find: async () => {
      const kept = join(cacheFolder(), downloadKey, "docker-gen");
      const found = (await isExecutable(kept)) ? kept : await findDockerGen(log);
      return found === undefined ? undefined : located(found);
    },
    download: async () => located(await download(log, retry)),
    make: async () => located(await standInDockerGen(log)),
    made: "stand-in",
    vendorAddress: `${releases}: put the program docker-gen of version ${wanted} onto the PATH`,
  };
}

const downloadKey = `toolchain/docker-gen-${wanted}`;

async function findDockerGen(log: Log): Promise<string | undefined> {
  const path = await findProgram("docker-gen", programFolders());
  if (path === undefined) return undefined;
  const version = await versionOf(path);
  if (version === wanted) return path;
  log(`docker-gen: ${path} is version ${version}; ${wanted} is needed.`);
  return undefined;
}

async function versionOf(program: string): Promise<string> {
  const { mtimeMs, size } = await stat(program);
  const key = `docker-gen-versions/${hashOf(program, `${mtimeMs} ${size}`)}`;
  const folder = await cachedFolder(key, silent, async (temporary) => {
    const printed = await run(program, ["-version"], { check: false, timeoutMs: 20_000 });
    await writeFile(join(temporary, "version"), printed.stdout.trim().replace(/^v/, ""));
  });
  return readFile(join(folder, "version"), "utf8");
}

async function download(log: Log, retry: boolean): Promise<string> {
  const archive = archives[`${process.platform}-${process.arch}`];
  if (archive === undefined) throw new UserError(`there is no release for ${process.platform} on ${process.arch}`);
  const url = `${releases}/download/${wanted}/docker-gen-${archive}-${wanted}.tar.gz`;
  const folder = await withFailureCache(
    url,
    async () => {
      if (!(await isSiteReachable(site))) throw new UserError(`${site} can't be reached`);
      return cachedFolder(downloadKey, log, async (temporary) => {
        const packed = await fetchBytes(url);
        await run("tar", ["-xzf", "-", "-C", temporary, "docker-gen"], { input: packed, title: `Unpacking ${url}` });
      });
    },
    { retry },
  );
  return join(folder, "docker-gen");
}

async function fetchBytes(url: string): Promise<Buffer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(120_000) });
    if (!response.ok) throw new Error(`the answer is ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    throw new UserError(`${url} can't be downloaded: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The path of the stand-in of docker-gen as a program of this machine, built from its sources or cached from an earlier run. */
export async function standInDockerGen(log: Log): Promise<string> {
  const sources = await hashOfFiles(standIns, ["docker-gen", "go.mod", "go.sum"]);
  const folder = await cachedFolder(`standins/docker-gen-${sources}`, log, async (temporary) => {
    await requireGo(standIns, "to build the stand-in of docker-gen");
    await step("Building the stand-in docker-gen", log, (report) =>
      goBuild({ folder: standIns, target: "./docker-gen", output: join(temporary, "docker-gen"), report }),
    );
  });
  return join(folder, "docker-gen");
}
