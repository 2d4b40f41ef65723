import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { explainFullDisk } from "../shared/cache";
import { UserError } from "../shared/errors";
import { ProcessError, run } from "../shared/run";

/** What to build; see {@link goBuild}. */
export interface GoBuild {
  /** The module's folder. */
  readonly folder: string;
  /** The package: an import path, or `./x` relative to the folder. */
  readonly target: string;
  /** Path of the executable. */
  readonly output: string;
  /** Values for string variables, by their full names. Default: none. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Called with the names of the packages that are being compiled. */
  readonly report: (doing: string) => void;
}

/**
 * The environment of every Go command. Its options decide whether Go shares compiled packages: whoever compiles the same
 * packages has the same ones.
 */
export function goEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-trimpath", GOWORK: "off" };
}

/**
 * Builds a small static executable without this machine's paths in it. Throws {@link UserError} with the compiler's
 * message if that fails.
 */
export async function goBuild(build: GoBuild): Promise<void> {
  const variables = Object.entries(build.variables ?? {}).map(([name, value]) => ` -X ${name}=${value}`);
  const args = ["build", "-v", "-buildvcs=false", "-ldflags", `-s -w${variables.join("")}`];
  try {
    await run("go", [...args, "-o", build.output, build.target], {
      cwd: build.folder,
      env: goEnvironment(),
      timeoutMs: 1_800_000,
      onLine: build.report,
      title: `go build ${build.target}`,
    });
  } catch (error) {
    throw explainFullDisk(error);
  }
}

/** Throws {@link UserError} if Go is missing or too old for the module in `folder`. `purpose`: "to build …". */
export async function requireGo(folder: string, purpose: string): Promise<void> {
  const needed = /^go (\S+)$/m.exec(await readFile(join(folder, "go.mod"), "utf8"))?.[1] ?? "";
  const advice = `Go ${needed} or newer is needed ${purpose}. Install it, and check that 'go version' shows it.`;
  try {
    await run("go", ["env", "GOVERSION"], { cwd: folder, timeoutMs: 120_000 });
  } catch (error) {
    if (error instanceof ProcessError) throw new UserError(`${advice}\n${error.message}`);
    throw error;
  }
}

/** Go's caches: compiled packages and downloaded modules. */
export async function goFolders(): Promise<string[]> {
  const printed = await run("go", ["env", "GOCACHE", "GOMODCACHE"]);
  return printed.stdout.split("\n").filter((line) => line !== "");
}
