import { collectsLogs, hasSockets } from "../generations";
import type { HostPaths } from "../names";
import type { HostSettings } from "../settings";
import type { Call, HostScript } from "../shell";

/**
 * Creates the folders for logs and sockets that the settings ask for; they are removed with all other generated files.
 * Applications run as any user, so everybody may look for a socket.
 */
export function applicationFoldersScript(host: HostSettings, paths: HostPaths): HostScript {
  const folders: Call[] = [
    ...(collectsLogs(host) ? [folder(paths.logConfigs, "0700"), folder(paths.logPositions, "0700")] : []),
    ...(hasSockets(host) ? [folder(paths.sockets, "0755")] : []),
  ];
  return folders.length === 0 ? { calls: [] } : { files: ["writable-folder"], calls: folders };
}

function folder(path: string, rights: string): Call {
  return ["writable_folder", path, rights];
}
