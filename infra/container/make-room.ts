import { identitiesOf, type Owner, ownerLabels, type Role } from "../names";
import type { Call, HostScript } from "../shell";

/**
 * Removes what an `up` has made for a role and was cut off before it could note it down, whatever it is called by now.
 * Only a container with exactly this stack's, this host's and this role's labels goes, former names included; anyone
 * else's makes the creation fail.
 */
export function makeRoomScript(role: Role, owner: Owner): HostScript {
  return {
    files: ["containers-with", "make-room"],
    calls: identitiesOf(owner).map((identity): Call => ["make_room", ...labelWords(ownerLabels(identity, role))]),
  };
}

/** Labels as `docker` takes them. */
export function labelWords(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).map(([label, value]) => `${label}=${value}`);
}
