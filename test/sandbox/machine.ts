import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { docker, dockerLines } from "../../tools/shared/docker";

/** The label by which test hosts and all that is made for them belong to an owner. */
const ownerLabel = "datadog-hosts.test";

/**
 * Lists what one owner's tests could leave on this machine; what belongs to other owners is left out.
 * @param temporary the folder of their temporary files.
 */
export async function machineTraces(
  owner: string,
  stack: string,
  temporary: string,
): Promise<Record<string, readonly string[]>> {
  const format = `{{.Names}} {{.Label "${ownerLabel}"}}`;
  const unlessOthers = (lines: readonly string[]): string[] =>
    lines
      .map((line) => line.split(" "))
      .filter(([, of = ""]) => of === "" || of === owner)
      .map(([name = ""]) => name)
      .sort();
  return {
    containers: unlessOthers(await dockerLines(["ps", "--all", "--format", format])),
    networks: unlessOthers(await dockerLines(["network", "ls", "--format", format.replace("Names", "Name")])),
    volumes: unlessOthers(await dockerLines(["volume", "ls", "--format", format.replace("Names", "Name")])),
    images: await imagesOutOfCache(),
    files: [".sandbox", "stacks", ".state"].flatMap((folder) => pathsBelow(folder)).filter(isNoOthers(owner, stack)),
    "temporary files": readdirSync(temporary).filter((name) => name.startsWith("datadog-hosts")),
  };
}

/** Images that no cache label marks as kept. */
async function imagesOutOfCache(): Promise<string[]> {
  const ids = [...new Set(await dockerLines(["image", "ls", "--quiet", "--no-trunc"]))];
  const format = '{{.Id}} {{index .Config.Labels "datadog-hosts.cache"}}';
  // One that goes in the meantime is none.
  const { stdout } = await docker(["image", "inspect", "--format", format, ...ids], { check: false });
  return stdout
    .split("\n")
    .filter((line) => line !== "" && !line.endsWith(" true"))
    .sort();
}

function pathsBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return [folder, ...entries.map((entry) => join(entry.parentPath, entry.name))].sort();
}

/** Tells paths of other owners' hosts and stacks: those stacks' names begin with `sandbox-` too. */
function isNoOthers(owner: string, stack: string): (path: string) => boolean {
  return (path) => {
    const host = /^\.sandbox\/hosts\/([^/]+)/.exec(path)?.[1] ?? owner;
    if (path.startsWith(join(".sandbox", "hosts"))) return host === owner;
    const stacks = path.match(/sandbox-[a-z0-9-]*[a-z0-9]/g) ?? [];
    // Pulumi puts a number behind the name in some of its files.
    return stacks.every((name) => name.replace(/-\d+$/, "") === stack);
  };
}
