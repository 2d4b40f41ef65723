import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import type { RunOptions } from "../../../tools/shared/run";

const root = resolve(__dirname, "..", "..", "..");

/** What `pulumi` needs of this repository. */
const program = ["infra", "templates", "stacks", "Pulumi.yaml", "package.json", "tsconfig.json"];

/** The program in another folder, where a test may change it. */
export interface ProgramClone {
  readonly folder: string;
  /** For commands in it: they use this repository's state, and the clone as their home. */
  readonly options: RunOptions;
  remove(): void;
}

/** Copies the program as it is now, stack files included; installed packages and test hosts' keys are shared. */
export function cloneProgram(): ProgramClone {
  const folder = mkdtempSync(join(tmpdir(), "another-clone-"));
  for (const part of program) cpSync(join(root, part), join(folder, part), { recursive: true });
  for (const part of ["node_modules", ".sandbox"]) symlinkSync(join(root, part), join(folder, part));
  return {
    folder,
    options: { cwd: folder, env: { HOME: folder, PULUMI_BACKEND_URL: `file://${root}/.state` } },
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}
