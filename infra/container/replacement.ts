import { type Owner, ownNames, type OwnRole } from "../names";
import { type HostScript, inOneScript, readShell } from "../shell";
import { ownContainersScript } from "./own-containers";

/** The script that watches a successor in the background, in a shell of its own. */
const watcher = [...["ask", "own-containers", "replacement"].map(readShell), "watch_successor\n"].join("");

/**
 * Stops and renames the container of a role, so that its successor can use the name. Prints the container's id, or nothing
 * if there is no container.
 */
export function stopPredecessorScript(role: OwnRole, owner: Owner): HostScript {
  return inOneScript(ownContainersScript(owner), {
    files: ["ask", "rename", "replacement"],
    values: { watcher },
    calls: [["give_way", ownNames[role], role]],
  });
}

/**
 * Removes a refused successor, gives the old container its name back and starts it. Prints `made` if the engine had created
 * the successor before it refused to start it.
 * @param ids the old container's id, as {@link stopPredecessorScript} printed it; of several, the first that still exists.
 */
export function restorePredecessorScript(role: OwnRole, owner: Owner, ...ids: readonly string[]): HostScript {
  return inOneScript(ownContainersScript(owner), {
    files: ["ask", "rename", "replacement"],
    calls: [["come_back", ownNames[role], role, ...ids]],
  });
}
