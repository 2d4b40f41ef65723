import * as pulumi from "@pulumi/pulumi";

import { hostValues } from "./commands";
import { runOnHost } from "./run";
import { manifestFile } from "../names";
import type { HostSettings } from "../settings";
import { type HostScript, inOneScript } from "../shell";

type HostFolders = Pick<HostSettings, "name" | "address" | "root">;

/** What a delete script removes. */
export interface Removal {
  /** Absolute paths of folders that are removed with their contents. */
  readonly folders: readonly string[];
  /** Absolute paths of folders for the user's own files: they are removed if they are empty. Default: none. */
  readonly ifEmpty?: readonly string[];
}

/**
 * A delete script. Folders that a container of this program mounts stay, and so do the folders above them. If something can't be
 * removed, or the engine does not answer, it fails with the host's name.
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
 * Options of a resource that creates folders. A changed root replaces the resource: the new one is created, then the old one's
 * delete script removes the folders under the old root, over the connection with which they were created.
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
 * Runs before files are created as a new resource: fails if the old resource has a delete script of an earlier version of this
 * program, which would remove the new files as well. Exported for its tests.
 * @param folder as {@link keptApart} takes it.
 */
export function beforeCreationScript(host: HostFolders, folder: string): HostScript {
  return inOneScript(mountsScript(host), { calls: [["must_be_todays", host.root, folder, manifestFile]] });
}

function mountsScript(host: HostFolders): HostScript {
  return { files: ["fail", "removal"], values: hostValues(host), calls: [["read_mounts"]] };
}
