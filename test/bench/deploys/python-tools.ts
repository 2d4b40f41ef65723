import { join } from "node:path";

import { cachedFolder, hashOf } from "../../../tools/shared/cache";
import { logToStderr, step } from "../../../tools/shared/progress";
import { run } from "../../../tools/shared/run";

/** The competitors' versions on PyPI. */
export const pythonVersions = { "ansible-core": "2.18.12", pyinfra: "3.10.0" } as const;

/** Programs of a Python package that is installed apart from the machine's own. */
export interface PythonTool {
  /** The full path of one of its programs. */
  program(name: string): string;
  /** For its programs: where they find their packages. */
  readonly environment: NodeJS.ProcessEnv;
}

/** Installs a package of a pinned version from PyPI into a folder of its own, once. */
export async function pythonTool(name: keyof typeof pythonVersions): Promise<PythonTool> {
  const version = pythonVersions[name];
  const folder = await cachedFolder(`bench/${name}-${hashOf(version)}`, logToStderr, async (temporary) => {
    await step(`Installing ${name} ${version}`, logToStderr, () =>
      run("python3", ["-m", "pip", "install", "--quiet", "--target", temporary, `${name}==${version}`]),
    );
  });
  return { program: (program) => join(folder, "bin", program), environment: { PYTHONPATH: folder } };
}
