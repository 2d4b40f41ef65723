import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, relative } from "node:path";
import { UserError } from "./errors";
import { withLock } from "./lock";
import type { Log } from "./progress";

/** The label that marks Docker objects kept between runs; `make clean` removes them. */
export const cacheLabel = "datadog-hosts.cache=true";

/** The cache folder, shared by all clones: `$XDG_CACHE_HOME/datadog-hosts`, else `~/.cache/datadog-hosts`. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment["XDG_CACHE_HOME"];
  return join(base === undefined || base === "" ? join(homedir(), ".cache") : base, "datadog-hosts");
}

/** The first 12 hexadecimal digits of the SHA-256 of several texts. The boundaries between the texts matter. */
export function hashOf(...texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}:`).update(text);
  return hash.digest("hex").slice(0, 12);
}

/** Like {@link hashOf}, for the contents and relative paths of files, and of all files in folders except Go's tests. */
export async function hashOfFiles(root: string, paths: readonly string[]): Promise<string> {
  const files = (await Promise.all(paths.map((path) => filesIn(join(root, path))))).flat().sort();
  const parts = await Promise.all(files.map(async (file) => [relative(root, file), await readFile(file, "latin1")]));
  return hashOf(...parts.flat());
}

async function filesIn(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const nested = await Promise.all(
    entries
      .filter(({ name }) => name !== "node_modules" && name !== "testdata" && !name.endsWith("_test.go"))
      .map(({ name }) => filesIn(join(path, name))),
  );
  return nested.flat();
}

/**
 * The folder `<cache>/<key>`; `build` creates it if it does not exist. `build` fills a temporary folder that is renamed when
 * it is complete, so an interrupted build leaves nothing. Of two simultaneous runs, one builds and the other waits.
 */
export async function cachedFolder(key: string, log: Log, build: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), key);
  if (existsSync(folder)) return folder;
  return withLock(folder, log, async () => {
    if (existsSync(folder)) return folder;
    const temporary = await makeTemporaryFolder();
    try {
      await build(temporary);
      await mkdir(join(folder, ".."), { recursive: true });
      await rename(temporary, folder);
      return folder;
    } catch (error) {
      throw explainFullDisk(error);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
}

/** A new empty folder on the cache's file system, so that it can be renamed into the cache. */
export async function makeTemporaryFolder(): Promise<string> {
  const parent = join(cacheFolder(), "tmp");
  try {
    await makeFolder(parent);
    await removeAbandoned(parent);
    return await mkdtemp(join(parent, "build-"));
  } catch (error) {
    const reason = explainFullDisk(error);
    if (reason instanceof UserError) throw reason;
    throw new UserError(
      `Can't write to the cache folder ${cacheFolder()}: ${String(error)}. Set HOME to your home folder, or XDG_CACHE_HOME to a folder that you can write to, then run again.`,
    );
  }
}

/**
 * Creates a folder and those above it. Node.js' own recursive `mkdir` never ends where the system allows no folder in an
 * existing one and says that it does not exist, as in /proc.
 */
export async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return;
  await makeFolder(dirname(path));
  await mkdir(path).catch((error: unknown) => {
    // Another run may have made it.
    if (!existsSync(path)) throw error;
  });
}

/** Removes temporary folders of killed builds: those older than a day, since no build takes that long. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const entry of await readdir(parent)) {
    const folder = join(parent, entry);
    // Another run may have removed it.
    const status = await stat(folder).catch(() => undefined);
    if (status !== undefined && Date.now() - status.mtimeMs > 86_400_000)
      await rm(folder, { recursive: true, force: true });
  }
}

/** Turns any "no space left on device" into an error that says where space is needed; returns other errors unchanged. */
export function explainFullDisk(error: unknown): unknown {
  const text = error instanceof Error ? error.message : String(error);
  if (!/ENOSPC|no space left on device|disk quota exceeded|EDQUOT/i.test(text)) return error;
  return new UserError(
    `No disk space left while filling ${cacheFolder()}. Free some 5 GB there (or set XDG_CACHE_HOME to a larger disk) ` +
      `and in Docker's folder (\`docker info -f '{{.DockerRootDir}}'\`), then run it again.\n${text}`,
  );
}
