import { quote } from "../host";
import { ownerLabels, type Role } from "../names";
import type { HostSettings } from "../settings";

/**
 * Shell lines that remove what an `up` has made for a role and was cut off before it could note it down, whatever it is
 * called by now. Only a container with exactly this stack's, this host's (or its former names') and this role's labels
 * goes; anyone else's makes the creation fail.
 */
export function makeRoomLines(role: Role, host: Pick<HostSettings, "stackName" | "name" | "formerNames">): string[] {
  return [host.name, ...host.formerNames].map((name) => {
    const labels = Object.entries(ownerLabels({ ...host, name }, role)).map(
      ([key, value]) => `--filter label=${quote(`${key}=${value}`)}`,
    );
    return `for orphan in $(docker ps --all --quiet ${labels.join(" ")}); do docker rm --force "$orphan" >/dev/null; done`;
  });
}
