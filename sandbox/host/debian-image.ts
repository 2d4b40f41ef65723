import { rm } from "node:fs/promises";
import { join } from "node:path";
import { cachedFolder, cacheLabel, explainFullDisk, hashOf, makeTemporaryFolder } from "../../tools/shared/cache";
import { unpackPackage } from "../../tools/shared/debian-package";
import { docker, imageId } from "../../tools/shared/docker";
import { withLock } from "../../tools/shared/lock";
import { step, type Log } from "../../tools/shared/progress";
import { run } from "../../tools/shared/run";
import { ensureEngine } from "./engine";

/** The Debian releases that images can be built from, by number. */
export type DebianRelease = 12 | 13;

const codenames: Record<DebianRelease, string> = { 12: "bookworm", 13: "trixie" };

/** The recipe of a Debian image. */
export interface DebianImage {
  /** Repository name of the image; its tag is `<release>-<hash of this recipe>`. */
  readonly repository: string;
  readonly release: DebianRelease;
  /** Packages besides the essential ones; recommended packages are not installed. */
  readonly packages: readonly string[];
  /** Shell lines that finish the root file system, run outside of it; `$1` is its folder. */
  readonly setup: readonly string[];
  /** Instructions such as `ENV A=b` for the image's configuration. Default: none. */
  readonly changes?: readonly string[];
}

/** Documentation and translations, which containers don't need: a third of the size. */
const slim = `rm -rf "$1"/usr/share/doc "$1"/usr/share/man "$1"/usr/share/locale "$1"/usr/share/info "$1"/var/cache/*`;

/** The reference of an image with this recipe. */
export function debianImageReference(image: DebianImage): string {
  const changes = image.changes ?? [];
  const recipe = [...image.packages, "setup", ...image.setup, slim, "changes", ...changes];
  return `${image.repository}:${image.release}-${hashOf(...recipe)}`;
}

/**
 * Makes sure that the Docker engine has an image of Debian packages, and returns its reference. Debian's own bootstrap
 * program builds it from the package archive that this machine's apt uses, in about 40 s; then it is kept under the cache
 * label. Throws {@link UserError} without an engine, apt-get, root, a package archive or enough disk space.
 */
export async function ensureDebianImage(image: DebianImage, log: Log): Promise<string> {
  const reference = debianImageReference(image);
  await ensureEngine(log);
  if ((await imageId(reference)) !== undefined) return reference;
  return withLock(reference, log, async () => {
    if ((await imageId(reference)) === undefined) await buildDebianImage(image, reference, log);
    return reference;
  });
}

async function buildDebianImage(image: DebianImage, reference: string, log: Log): Promise<void> {
  await step(`Making image ${image.repository} from Debian ${image.release} packages`, log, async (report) => {
    const bootstrap = await bootstrapProgram(log);
    const folder = await makeTemporaryFolder();
    try {
      const archive = join(folder, "root.tar");
      await bootstrapRoot(bootstrap, image, archive, report);
      report("import into the Docker engine");
      const changes = [`LABEL ${cacheLabel}`, ...(image.changes ?? [])].flatMap((change) => ["--change", change]);
      await docker(["import", ...changes, archive, reference]);
    } catch (error) {
      throw explainFullDisk(error);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

async function bootstrapRoot(
  bootstrap: string,
  image: DebianImage,
  archive: string,
  report: (doing: string) => void,
): Promise<void> {
  const mirror = await packageArchive();
  const hooks = [...image.setup, slim].map((line) => `--customize-hook=${line}`);
  await run(
    bootstrap,
    [
      "--variant=minbase",
      `--include=${image.packages.join(",")}`,
      `--aptopt=APT::Install-Recommends "false"`,
      `--aptopt=Acquire::Retries "3"`,
      // A crash loses only the build itself, so disk flushes are not needed.
      "--dpkgopt=force-unsafe-io",
      ...hooks,
      "--format=tar",
      codenames[image.release],
      archive,
      ...(mirror === undefined ? [] : [mirror]),
    ],
    { title: `Debian ${image.release} bootstrap`, onLine: report },
  );
}

/** Debian's bootstrap program, unpacked from its package into the cache without installing it. */
async function bootstrapProgram(log: Log): Promise<string> {
  const folder = await cachedFolder("debian/mmdebstrap", log, async (temporary) => {
    await unpackPackage("mmdebstrap", temporary);
  });
  return join(folder, "usr", "bin", "mmdebstrap");
}

/** The address of the Debian archive that this machine's apt uses, if any. */
async function packageArchive(): Promise<string | undefined> {
  const args = ["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian", "Label: Debian"];
  const result = await run("apt-get", args, { check: false });
  return result.status === 0 ? result.stdout.split("\n").find((line) => line !== "") : undefined;
}
