import { spawnSync } from "node:child_process";

import { cachedFolder, hashOf } from "../../tools/shared/cache";
import { logToStderr, step } from "../../tools/shared/progress";
import { run } from "../../tools/shared/run";

/** Whether this machine can run and install Python packages. */
export function hasPython(): boolean {
  return spawnSync("python3", ["-m", "pip", "--version"]).status === 0;
}

/**
 * Installs packages from PyPI into a folder of their own, once; returns the folder, for `PYTHONPATH`.
 * @param packages with their versions, such as `pyinfra==3.10.0`.
 * @param options of `pip install`. Default: none.
 */
export async function installPackages(packages: readonly string[], options: readonly string[] = []): Promise<string> {
  const wanted = [...options, ...packages];
  const [first = ""] = packages;
  const name = first.replace(/==.*/, "");
  return cachedFolder(`python/${name}-${hashOf(...wanted)}`, logToStderr, async (temporary) => {
    await step(`Installing ${packages.join(", ")}`, logToStderr, () =>
      run("python3", ["-m", "pip", "install", "--quiet", "--target", temporary, ...wanted]),
    );
  });
}
