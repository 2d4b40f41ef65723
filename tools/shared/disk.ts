import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "./errors";

/** Throws {@link UserError} unless `gigabytes` are free on the disk of a folder, which need not exist yet. `purpose`: "to build …". */
export async function requireDiskSpace(folder: string, gigabytes: number, purpose: string): Promise<void> {
  const free = (await freeBytes(folder)) / 1e9;
  if (free >= gigabytes) return;
  throw new UserError(
    `No disk space: ${gigabytes} GB are needed ${purpose}, and ${free.toFixed(1)} GB are free on the disk of ${folder}. ` +
      "Free some space there, or set XDG_CACHE_HOME, GOCACHE or GOMODCACHE to a larger disk.",
  );
}

async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    // It does not exist yet: it will be on its parent's disk.
    if (folder === dirname(folder)) throw error;
    return freeBytes(dirname(folder));
  }
}
