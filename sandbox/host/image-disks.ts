import { existsSync } from "node:fs";
import { link, mkdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { cacheLabel } from "../../tools/shared/cache";
import { docker, dockerLines, dockerText } from "../../tools/shared/docker";
import { withLock } from "../../tools/shared/lock";
import type { Log } from "../../tools/shared/progress";
import { run } from "../../tools/shared/run";

const prefix = "datadog-hosts-images-";
/** Volumes of images that nobody has used for so long are removed. */
const daysKept = 2;

/** The folder of layers in that of an engine, if its storage driver is the usual one. */
const layers = "overlay2";

/** Where this machine's engine has a volume. */
export async function folderOfVolume(volume: string): Promise<string> {
  return dockerText(["volume", "inspect", "--format", "{{.Mountpoint}}", volume]);
}

/**
 * Gives a new test host's disk, the folder of its engine, images that are kept in a volume. Their layers become further links to
 * the same files, which takes no space and a tenth of the time of loading. No container changes a file of a layer.
 *
 * @param name the volume's name: another one for other images, or another engine.
 * @param make makes a disk with the images, and passes it on; called if there is no such volume.
 * @returns whether the images are there. They are not where this process may not write to the engine's files, or engines keep
 * layers in another way.
 */
export async function putImages(
  disk: string,
  name: string,
  log: Log,
  make: (keep: (made: string) => Promise<void>) => Promise<void>,
): Promise<boolean> {
  const volume = `${prefix}${name}`;
  await docker(["volume", "create", "--label", cacheLabel, volume]);
  const folder = await folderOfVolume(volume);
  if (!(await canLink(folder, disk))) return false;
  const images = join(folder, "images");
  try {
    await withLock(volume, log, () => keepImages(folder, images, make));
  } catch (error) {
    // A host can do without: each loads its images then.
    log(`No disk with images: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
  if (!existsSync(join(images, layers))) return false;
  await linkImages(images, disk);
  return true;
}

async function keepImages(
  folder: string,
  images: string,
  make: (keep: (made: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  if (existsSync(images)) return;
  await removeUnused();
  const temporary = join(folder, "incomplete");
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary);
  await make(async (made) => {
    if (existsSync(join(made, layers))) await linkImages(made, temporary);
  });
  await rename(temporary, images);
}

/** Gives a stopped engine's folder, which has no images yet, those of another one. */
export async function linkImages(from: string, to: string): Promise<void> {
  await run("cp", ["--archive", "--link", join(from, layers), to]);
  // The list of images, which the engine rewrites.
  await run("cp", ["--archive", join(from, "image"), to]);
}

/** Whether this process can make links in one folder to files in another one, whose time of change tells when it was used. */
async function canLink(from: string, to: string): Promise<boolean> {
  const name = `.probe-${process.pid}-${Date.now()}`;
  try {
    await writeFile(join(from, name), "");
    await link(join(from, name), join(to, name));
    const now = new Date();
    await utimes(from, now, now);
    return true;
  } catch {
    return false;
  } finally {
    for (const folder of [from, to]) await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

async function removeUnused(): Promise<void> {
  const names = await dockerLines(["volume", "ls", "--format", "{{.Name}}", "--filter", `label=${cacheLabel}`]);
  for (const name of names.filter((each) => each.startsWith(prefix))) {
    const { mtimeMs } = await stat(await folderOfVolume(name));
    if (Date.now() - mtimeMs > daysKept * 86_400_000) await docker(["volume", "rm", name], { check: false });
  }
}
