import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { cachedFolder, hashOfFiles } from "../shared/cache";
import { unpackPackage } from "../shared/debian-package";
import { UserError } from "../shared/errors";
import { type Log, step } from "../shared/progress";
import { run } from "../shared/run";

const lint = resolve(__dirname, "lint");

/**
 * Gets shellcheck into the cache, if it is not there yet, and returns its path. It comes from the Python package that
 * `lint/requirements.txt` pins, or from Debian if pip can't get that.
 * @throws UserError if neither is available, with both reasons.
 */
export async function ensureShellcheck(log: Log): Promise<string> {
  const key = `shellcheck/${process.platform}-${process.arch}-${await hashOfFiles(lint, ["requirements.txt"])}`;
  const folder = await cachedFolder(key, log, (temporary) =>
    step("Fetching shellcheck", log, async () => {
      try {
        await fromPython(temporary);
      } catch (python) {
        await fromDebian(temporary).catch((debian: unknown) => {
          throw new UserError(
            "The linter needs shellcheck. Install pip for Python 3 (apt-get install python3-pip), then run again.\n" +
              `${String(python)}\n${String(debian)}`,
          );
        });
      }
    }),
  );
  return join(folder, "bin", "shellcheck");
}

async function fromPython(folder: string): Promise<void> {
  const options = ["--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", "--target", folder];
  await run("python3", ["-m", "pip", "install", ...options, "--requirement", join(lint, "requirements.txt")], {
    title: "python3 -m pip",
    timeoutMs: 120_000,
  });
}

/** Debian's program needs two libraries that not every machine has. */
async function fromDebian(folder: string): Promise<void> {
  for (const name of ["shellcheck", "libgmp10", "libffi8"]) await unpackPackage(name, folder);
  const program = join(folder, "bin", "shellcheck");
  await mkdir(join(folder, "bin"), { recursive: true });
  const lines = [
    "#!/bin/sh",
    'usr=$(dirname "$0")/../usr',
    'for libraries in "$usr"/lib/*-linux-gnu; do :; done',
    'LD_LIBRARY_PATH=$libraries exec "$usr/bin/shellcheck" "$@"',
    "",
  ];
  await writeFile(program, lines.join("\n"));
  await chmod(program, 0o755);
}
