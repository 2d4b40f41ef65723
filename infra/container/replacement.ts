import { containerNames, type Owner, type Role } from "../names";
import { type HostScript, inOneScript, readShell } from "../shell";
import { ownContainersScript } from "./own-containers";

/** What watches a successor, where it needs a shell of its own. */
const watcher = [...["own-containers", "replacement"].map(readShell), "watch_successor\n"].join("");

/**
 * Stops and renames the container of a role, so that a successor can have its name. Prints the container's id, or nothing if
 * there is none.
 */
export function giveWayScript(role: Role, owner: Owner): HostScript {
  return inOneScript(ownContainersScript(owner), {
    files: ["rename", "replacement"],
    values: { watcher },
    calls: [["give_way", containerNames[role], role]],
  });
}

/**
 * Removes a refused successor and lets the old container run again under its name. Prints `made` if the engine had created the
 * successor before it refused to start it.
 * @param id what {@link giveWayScript} has printed.
 */
export function comeBackScript(role: Role, owner: Owner, id: string): HostScript {
  return inOneScript(ownContainersScript(owner), {
    files: ["rename", "replacement"],
    calls: [["come_back", containerNames[role], role, id]],
  });
}
