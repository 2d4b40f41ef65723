import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

import { cacheFolder } from "../../../tools/shared/cache";
import type { RunOptions } from "../../../tools/shared/run";

const root = resolve(__dirname, "..", "..", "..");

/** What `pulumi` needs of this repository. */
const program = ["infra", "templates", "stacks", "Pulumi.yaml", "package.json", "tsconfig.json"];

/** What the make targets need besides. */
const tools = ["Makefile", "package-lock.json", "tools", "sandbox", "test"];

/** The program in another folder, where a test may change it. */
export interface ProgramClone {
  readonly folder: string;
  /** For commands in it: they use this repository's state, and the clone as their home. */
  readonly options: RunOptions;
  remove(): void;
}

/**
 * Copies the program as it is now, stack files included; installed packages and test hosts' keys are shared.
 * @param options whether the make targets can be run in it, too. Default: no.
 */
export function cloneProgram({ withTools = false } = {}): ProgramClone {
  const folder = copy(withTools ? [...program, ...tools] : program);
  symlinkSync(join(root, ".sandbox"), join(folder, ".sandbox"));
  return {
    folder,
    options: {
      cwd: folder,
      env: {
        HOME: folder,
        PULUMI_BACKEND_URL: `file://${root}/.state`,
        // What is kept between runs need not be made anew for another home.
        XDG_CACHE_HOME: dirname(cacheFolder()),
      },
    },
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}

/**
 * Copies this repository as it is now, with everything that the make targets need but stack files; installed packages
 * are shared.
 * @returns the copy's folder.
 */
export function cloneRepository(): string {
  const folder = copy([...program, ...tools]);
  const stacks = join(folder, "stacks");
  for (const file of readdirSync(stacks)) rmSync(join(stacks, file));
  return folder;
}

function copy(parts: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "another-clone-"));
  // Times too: make installs packages anew where the lock file is younger than they are.
  for (const part of parts) {
    cpSync(join(root, part), join(folder, part), { recursive: true, preserveTimestamps: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}
