import { readdirSync, readFileSync } from "node:fs";
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

function readManifest(path: string): Manifest | undefined {
  try {
    const text = readFileSync(path, "utf8");
    // Hundreds of packages say nothing of the kind, and need not be parsed.
    return text.includes('"pulumi"') ? (JSON.parse(text) as Manifest) : undefined;
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

function folders(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map((entry) => entry.name)
      .filter((name) => !name.startsWith("."))
      .sort();
  } catch {
    return [];
  }
}

function packageFolders(modules: string): string[] {
  return folders(modules).flatMap((name) => {
    const path = join(modules, name);
    return name.startsWith("@") ? folders(path).map((scoped) => join(path, scoped)) : [path];
  });
}

/** The plugins that the packages under `directory`'s node_modules need, packages of packages included. */
export function requiredPackages(directory: string): RequiredPackage[] {
  return packageFolders(join(directory, "node_modules")).flatMap((folder) => {
    const manifest = readManifest(join(folder, "package.json"));
    const required = manifest === undefined ? undefined : fromManifest(manifest);
    return [...(required === undefined ? [] : [required]), ...requiredPackages(folder)];
  });
}
