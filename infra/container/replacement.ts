import { containerNames, type Owner, type Role } from "../names";
import { type HostScript, inOneScript } from "../shell";
import { ownContainersScript } from "./own-containers";

/**
 * Makes the container of a role give its name free for a successor, and stop. Prints the id of the one that stands aside,
 * or nothing where there is none.
 */
export function giveWayScript(role: Role, owner: Owner): HostScript {
  return inOneScript(ownContainersScript(owner), {
    files: ["rename", "replacement"],
    calls: [["give_way", containerNames[role], role]],
  });
}

/**
 * Takes a refused successor away and lets the old container go on under its name. Prints `made` where the engine had made
 * the successor before it refused to start it.
 * @param id what {@link giveWayScript} has printed.
 */
export function comeBackScript(role: Role, owner: Owner, id: string): HostScript {
  return inOneScript(ownContainersScript(owner), {
    files: ["rename", "replacement"],
    calls: [["come_back", containerNames[role], role, id]],
  });
}
