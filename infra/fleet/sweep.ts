import { removeLeftoversScript } from "../container";
import { removalScript } from "../host";
import { HostPaths, ownNames } from "../names";
import type { HostSettings } from "../settings";
import { type HostScript, inOneScript } from "../shell";

/**
 * Removes what an interrupted `up` left on a host without recording it in the state: containers, and the folders that they
 * use. Only for hosts that have no resources of the stack any more. The user's own files stay.
 * Prints the names of containers of others that a repair has set aside.
 */
export function sweepScript(host: HostSettings): HostScript {
  const paths = new HostPaths(host.root);
  return inOneScript(
    removeLeftoversScript(host, []),
    removalScript(host, {
      ifEmpty: [paths.ownChecks, paths.passwords],
      folders: [paths.generatorConfigs, paths.templates, paths.generated, paths.secrets],
    }),
    { files: ["tell-aside"], calls: [["tell_aside", ...Object.values(ownNames)]] },
  );
}
