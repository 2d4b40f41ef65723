import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

import type { SandboxDeployment } from "../../../tools/sandbox/deployment";
import { UserError } from "../../../tools/shared/errors";
import { run } from "../../../tools/shared/run";

const root = resolve(__dirname, "..", "..", "..");

/** What `pulumi` needs of this repository besides the installed packages. */
const program = ["infra", "templates", "stacks", "Pulumi.yaml", "package.json", "tsconfig.json"];

/**
 * Runs `pulumi up` on a stack with the program as it stood at a commit: same state, same stack file, same toolchain.
 * @throws UserError where this clone does not have the commit, and what to do.
 */
export async function upWithEarlierProgram(deployment: SandboxDeployment, commit: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "earlier-program-"));
  try {
    await unpack(commit, folder);
    for (const shared of ["node_modules", ".sandbox"]) symlinkSync(join(root, shared), join(folder, shared));
    copyFileSync(deployment.stackFile, join(folder, "stacks", basename(deployment.stackFile)));
    await deployment.pulumi(["up", "--yes", "--skip-preview", "--stack", deployment.stack], {
      cwd: folder,
      // Earlier programs are compiled at each start; checking their types as well takes several seconds.
      env: { PULUMI_BACKEND_URL: `file://${root}/.state?metadata=skip`, PULUMI_NODEJS_TRANSPILE_ONLY: "true" },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function unpack(commit: string, folder: string): Promise<void> {
  const known = await run("git", ["-C", root, "cat-file", "-e", `${commit}^{commit}`], { check: false });
  if (known.status !== 0) {
    throw new UserError(
      `The program as it stood at commit ${commit} is needed here, and this clone does not have that commit. ` +
        "In a shallow clone, get the whole history with `git fetch --unshallow`; without git, clone the repository.",
    );
  }
  const archive = join(folder, "program.tar");
  await run("git", ["-C", root, "archive", `--output=${archive}`, commit, ...program]);
  await run("tar", ["--extract", "--file", archive, "--directory", folder]);
  rmSync(archive);
}
