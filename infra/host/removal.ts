import * as pulumi from "@pulumi/pulumi";

import { hostValues } from "./commands";
import { runOnHost } from "./run";
import { manifestFile } from "../names";
import type { HostSettings } from "../settings";
import { type Call, type HostScript, inOneScript } from "../shell";

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
 * Options of the resources that create folders on a host. If `root` changes, such a resource is replaced: the new one is
 * created, then the old one's delete script removes the folders under the old root, over the connection with which they were
 * created. The resources share these options, so that they connect only once to check the host.
 * @param folders absolute paths of the folders that contain the folder of each set of files.
 */
export function folderReplacementOptions(
  host: HostSettings,
  folders: readonly string[],
): Pick<pulumi.CustomResourceOptions, "hooks" | "replacementTrigger"> {
  let check: Promise<unknown> | undefined;
  const hook = new pulumi.ResourceHook(`${host.name}-look`, async () => {
    await (check ??= runOnHost(host, oldDeleteScriptCheck(host, folders)));
  });
  return { hooks: { beforeCreate: [hook] }, replacementTrigger: host.root };
}

/**
 * A script that runs before a new resource creates its files. It fails if the old resource has the delete script of an earlier
 * version of this program, which would remove the new files as well. Exported for tests.
 * @param folders the same as for {@link folderReplacementOptions}.
 */
export function oldDeleteScriptCheck(host: HostFolders, folders: readonly string[]): HostScript {
  const checks = folders.map((folder): Call => ["must_be_todays", host.root, folder, manifestFile]);
  return inOneScript(mountsScript(host), { calls: checks });
}

function mountsScript(host: HostFolders): HostScript {
  return { files: ["fail", "removal"], values: hostValues(host), calls: [["read_mounts"]] };
}
