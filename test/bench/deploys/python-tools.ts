import { join } from "node:path";

import { installPackages } from "../../python/packages";

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
  const folder = await installPackages([`${name}==${pythonVersions[name]}`]);
  return { program: (program) => join(folder, "bin", program), environment: { PYTHONPATH: folder } };
}
