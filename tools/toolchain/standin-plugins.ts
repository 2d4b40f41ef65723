import { chmod, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { cachedFolder, hashOf, hashOfFiles } from "../shared/cache";
import { UserError } from "../shared/errors";
import { step, type Log } from "../shared/progress";

const repository = resolve(__dirname, "..", "..");
const allSources = join(repository, "test", "standins", "pulumi");

/** The stand-ins among Pulumi's programs: folder of the sources, and name of the executable. */
const programs = {
  "language-nodejs": "pulumi-language-nodejs",
  "resource-docker": "pulumi-resource-docker",
  "resource-command": "pulumi-resource-command",
} as const;

/**
 * The path of a stand-in's executable, bundled from its sources or cached from an earlier run. It uses the Node.js that runs
 * this, and needs neither this clone nor its node_modules.
 */
export async function standInPlugin(name: keyof typeof programs, log: Log): Promise<string> {
  const sources = await hashOfFiles(repository, [
    "test/standins/pulumi",
    "infra/start/compiled.cjs",
    "package-lock.json",
  ]);
  const hash = hashOf(sources, process.execPath, programs[name]);
  const folder = await cachedFolder(`standins/${name}-${hash}`, log, async (temporary) => {
    await step(`Bundling the stand-in ${name}`, log, async () => {
      await bundle(join(allSources, name, "main.ts"), join(temporary, "main.js"));
      await bundle(join(allSources, "shared", "start.cjs"), join(temporary, "start.js"));
      // The folder of the file itself: the script may be called through a link.
      const script = `#!/bin/sh\nexec '${process.execPath}' "$(dirname "$(readlink -f "$0")")/start.js" "$@"\n`;
      await writeFile(join(temporary, programs[name]), script);
      await chmod(join(temporary, programs[name]), 0o755);
    });
  });
  return join(folder, programs[name]);
}

async function bundle(entryPoint: string, output: string): Promise<void> {
  try {
    // Loaded only here: most runs find the bundle and need no bundler.
    const { build } = await import("esbuild");
    await build({
      entryPoints: [entryPoint],
      outfile: output,
      bundle: true,
      platform: "node",
      target: "node20",
      format: "cjs",
      // ssh2's optional compiled parts.
      external: ["*.node", "cpu-features"],
      minifySyntax: true,
      minifyWhitespace: true,
      absWorkingDir: repository,
      logLevel: "silent",
    });
  } catch (error) {
    throw new UserError(
      `Can't bundle the stand-in ${entryPoint}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
