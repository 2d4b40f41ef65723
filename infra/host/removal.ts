import * as pulumi from "@pulumi/pulumi";

import { hostValues } from "./commands";
import { runOnHost } from "./run";
import { manifestFile } from "../names";
import type { HostSettings } from "../settings";
import { type HostScript, inOneScript } from "../shell";

type HostFolders = Pick<HostSettings, "name" | "address" | "root">;

/** Arguments of {@link removalScript}. */
export interface Removal {
  /** Absolute paths of folders that are removed with their contents. */
  readonly folders: readonly string[];
  /** Absolute paths of folders for the user's own files. They are removed only if they are empty. Default: none. */
  readonly ifEmpty?: readonly string[];
}

/**
 * A script that removes folders. Folders that a container of this program mounts stay, and so do their parents. It fails with
 * the host's name if something can't be removed or the engine does not answer.
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
 * Options of a resource that creates folders. If `root` changes, the resource is replaced: the new one is created, then the
 * old one's delete script removes the folders under the old root, over the connection with which they were created.
 * @param name of the resource.
 * @param folder absolute path of the folder that contains the folder of each set of files.
 */
export function folderReplacementOptions(
  name: string,
  host: HostSettings,
  folder: string,
): Pick<pulumi.CustomResourceOptions, "hooks" | "replacementTrigger"> {
  const hook = new pulumi.ResourceHook(`${name}-look`, async () => {
    await runOnHost(host, oldDeleteScriptCheck(host, folder));
  });
  return { hooks: { beforeCreate: [hook] }, replacementTrigger: host.root };
}

/**
 * A script that runs before a new resource creates its files. It fails if the old resource has the delete script of an earlier
 * version of this program, which would remove the new files as well. Exported for tests.
 * @param folder the same as for {@link folderReplacementOptions}.
 */
export function oldDeleteScriptCheck(host: HostFolders, folder: string): HostScript {
  return inOneScript(mountsScript(host), { calls: [["must_be_todays", host.root, folder, manifestFile]] });
}

function mountsScript(host: HostFolders): HostScript {
  return { files: ["fail", "removal"], values: hostValues(host), calls: [["read_mounts"]] };
}
