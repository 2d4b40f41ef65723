import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { UserError } from "../shared/errors";
import { run } from "../shared/run";

/** This repository as it was at a commit, in a folder of its own. */
export interface EarlierClone {
  /** The folder with `Pulumi.yaml`. */
  readonly folder: string;
  remove(): Promise<void>;
}

/**
 * Checks a commit out into a temporary folder, and gives it installed packages: this clone's, if they are the same.
 * @param here the folder of this clone. Default: the current one.
 * @throws UserError if this clone does not have the commit, or if packages can't be installed.
 */
export async function checkOut(commit: string, here = resolve(".")): Promise<EarlierClone> {
  const git = async (args: readonly string[]): Promise<string> =>
    (await run("git", args, { cwd: here, title: `git ${args[0]}` })).stdout.trim();
  const known = await run("git", ["cat-file", "-e", `${commit}^{commit}`], { cwd: here, check: false });
  if (known.status !== 0) {
    throw new UserError(
      `This clone does not have commit ${commit.slice(0, 12)}. Get it (git fetch --unshallow, or git fetch origin ${commit}), then run again.`,
    );
  }
  const parent = mkdtempSync(join(tmpdir(), "datadog-hosts-rollback-"));
  const tree = join(parent, "clone");
  const remove = async (): Promise<void> => {
    await run("git", ["worktree", "remove", "--force", tree], { cwd: here, check: false });
    rmSync(parent, { recursive: true, force: true });
  };
  try {
    const below = await git(["rev-parse", "--show-prefix"]);
    await git(["worktree", "add", "--quiet", "--detach", tree, commit]);
    const folder = join(tree, below);
    await installPackages(here, folder);
    return { folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function installPackages(here: string, folder: string): Promise<void> {
  const lockFile = join(folder, "package-lock.json");
  if (
    existsSync(lockFile) &&
    readFileSync(lockFile, "utf8") === readFileSync(join(here, "package-lock.json"), "utf8")
  ) {
    linkPackages(join(here, "node_modules"), join(folder, "node_modules"));
    // make installs packages anew where the lock file is younger than they are.
    utimesSync(lockFile, 0, 0);
    return;
  }
  await run("sh", ["tools/install.sh"], { cwd: folder, title: `npm ci at commit of ${folder}` });
}

/** Links each package by itself: git ignores a folder of this name, but not a link, and Pulumi would note an uncommitted change. */
function linkPackages(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) symlinkSync(join(from, name), join(to, name));
}
