import { quote } from "../host";
import { identitiesOf, type Owner, ownerLabels, type Role } from "../names";

/**
 * Shell lines that remove what an `up` has made for a role and was cut off before it could note it down, whatever it is
 * called by now. Only a container with exactly this stack's, this host's and this role's labels goes, former names
 * included; anyone else's makes the creation fail.
 */
export function makeRoomLines(role: Role, owner: Owner): string[] {
  return identitiesOf(owner).map((identity) => {
    const labels = Object.entries(ownerLabels(identity, role)).map(
      ([key, value]) => `--filter label=${quote(`${key}=${value}`)}`,
    );
    return `for orphan in $(docker ps --all --quiet ${labels.join(" ")}); do docker rm --force "$orphan" >/dev/null; done`;
  });
}
