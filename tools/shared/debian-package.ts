import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "./errors";
import { run } from "./run";

/**
 * Downloads a Debian package with apt-get and unpacks it into a folder.
 * Throws {@link UserError} if there is no apt-get, or if it can't download the package.
 */
export async function unpackPackage(name: string, folder: string): Promise<void> {
  const download = join(folder, "download");
  await mkdir(download);
  try {
    await downloadPackage(name, download);
    const file = (await readdir(download)).find((entry) => entry.endsWith(".deb"));
    if (file === undefined) throw new UserError(`apt-get downloaded no file for package '${name}'.`);
    await run("dpkg-deb", ["--extract", join(download, file), folder]);
  } finally {
    await rm(download, { recursive: true, force: true });
  }
}

async function downloadPackage(name: string, folder: string): Promise<void> {
  const options = ["-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=3"];
  try {
    const first = await run("apt-get", ["download", ...options, name], {
      cwd: folder,
      check: false,
      timeoutMs: 120_000,
    });
    if (first.status === 0) return;
    // This machine's package lists are missing or old: download separate ones, and leave the machine's as they are.
    const lists = join(folder, "lists");
    await mkdir(join(lists, "partial"), { recursive: true });
    const folders = [`Dir::State::lists=${lists}`, "Dir::Cache::pkgcache=", "Dir::Cache::srcpkgcache="];
    const own = [...options, ...folders.flatMap((folder) => ["-o", folder])];
    await run("apt-get", ["update", ...own], { cwd: folder, timeoutMs: 180_000 });
    await run("apt-get", ["download", ...own, name], { cwd: folder, timeoutMs: 120_000 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `Can't get Debian's package '${name}'. Images are built from Debian packages here: run this as root on Debian or ` +
        `Ubuntu, on a machine that reaches its package archive.\n${reason}`,
    );
  }
}
