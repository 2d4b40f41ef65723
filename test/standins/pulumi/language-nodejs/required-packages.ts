import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** A plugin that an installed package needs. */
export interface RequiredPackage {
  readonly name: string;
  /** With its leading `v`. */
  readonly version: string;
  /** Where to download it from; empty for the usual place. */
  readonly server: string;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly pulumi?: {
    readonly resource?: boolean;
    readonly name?: string;
    readonly version?: string;
    readonly server?: string;
    readonly parameterization?: unknown;
  };
}

async function readManifest(path: string): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Manifest;
  } catch {
    // A folder that is no package: npm's own files, a broken install. The program's import says so better.
    return undefined;
  }
}

function fromManifest(manifest: Manifest): RequiredPackage | undefined {
  const settings = manifest.pulumi;
  if (settings?.resource !== true) return undefined;
  const packageName = manifest.name ?? "";
  if (settings.parameterization !== undefined) {
    throw new Error(`package ${packageName}: parameterized providers are not supported by this language host`);
  }
  const scope = "@pulumi/";
  const name = settings.name ?? (packageName.startsWith(scope) ? packageName.slice(scope.length) : "");
  if (name === "") {
    throw new Error(
      `Missing property "name" for the third-party plugin '${packageName}' inside package.json under the "pulumi" section.`,
    );
  }
  const version = settings.version ?? manifest.version ?? "";
  return { name, version: version.startsWith("v") ? version : `v${version}`, server: settings.server ?? "" };
}

async function folders(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map((entry) => entry.name)
      .filter((name) => !name.startsWith("."))
      .sort();
  } catch {
    return [];
  }
}

async function packageFolders(modules: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await folders(modules)) {
    const path = join(modules, name);
    if (name.startsWith("@")) found.push(...(await folders(path)).map((scoped) => join(path, scoped)));
    else found.push(path);
  }
  return found;
}

/** The plugins that the packages under `directory`'s node_modules need, packages of packages included. */
export async function requiredPackages(directory: string): Promise<RequiredPackage[]> {
  const found: RequiredPackage[] = [];
  for (const folder of await packageFolders(join(directory, "node_modules"))) {
    const manifest = await readManifest(join(folder, "package.json"));
    const required = manifest === undefined ? undefined : fromManifest(manifest);
    if (required !== undefined) found.push(required);
    found.push(...(await requiredPackages(folder)));
  }
  return found;
}
