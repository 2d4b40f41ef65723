import * as pulumi from "@pulumi/pulumi";

import { hostValues } from "./commands";
import { runOnHost } from "./run";
import { manifestFile } from "../names";
import type { HostSettings } from "../settings";
import { type HostScript, inOneScript } from "../shell";

type HostFolders = Pick<HostSettings, "name" | "address" | "root">;

/** What a delete script takes away. */
export interface Removal {
  /** Absolute paths of folders that go with all that is in them. */
  readonly folders: readonly string[];
  /** Absolute paths of folders that hold what is the user's own: they go where they are empty. Default: none. */
  readonly ifEmpty?: readonly string[];
}

/**
 * A delete script. What a container of this program mounts stays, and so does what holds it. It fails, in the host's name,
 * where something can't be removed, and where the engine can't be asked.
 */
export function removalScript(host: HostFolders, { folders, ifEmpty = [] }: Removal): HostScript {
  return inOneScript(mountsScript(host), {
    calls: [
      ["remove_empty", host.root, ...ifEmpty],
      ["remove_folder", host.root, ...folders],
    ],
  });
}

/**
 * Options of a resource that lays down folders. Another root is another resource: the new one is made, then the old one's
 * delete script takes away what lies under the old root, by the connection with which it was made.
 * @param name of the resource.
 * @param folder absolute path of the folder in which each set of files has a folder of its own.
 */
export function keptApart(
  name: string,
  host: HostSettings,
  folder: string,
): Pick<pulumi.CustomResourceOptions, "hooks" | "replacementTrigger"> {
  const hook = new pulumi.ResourceHook(`${name}-look`, async () => {
    await runOnHost(host, beforeCreationScript(host, folder));
  });
  return { hooks: { beforeCreate: [hook] }, replacementTrigger: host.root };
}

/**
 * Runs before files are made as a new resource: fails where the old one's delete script, from an earlier version of this
 * program, would remove the new files with the old. Exported for its tests.
 * @param folder as {@link keptApart} takes it.
 */
export function beforeCreationScript(host: HostFolders, folder: string): HostScript {
  return inOneScript(mountsScript(host), { calls: [["must_be_todays", host.root, folder, manifestFile]] });
}

function mountsScript(host: HostFolders): HostScript {
  return { files: ["fail", "removal"], values: hostValues(host), calls: [["read_mounts"]] };
}
