import { leftoversScript } from "../container";
import { removalScript } from "../host";
import { HostPaths } from "../names";
import type { HostSettings } from "../settings";
import { type HostScript, inOneScript } from "../shell";

/**
 * Removes from a host what no state knows: containers that an `up` had made when it was cut off, and the folders that stayed
 * for them. Only for hosts that nothing of the stack is left on. The user's own files stay.
 */
export function sweepScript(host: HostSettings): HostScript {
  const paths = new HostPaths(host.root);
  return inOneScript(
    leftoversScript(host, []),
    removalScript(host, {
      ifEmpty: [paths.ownChecks, paths.passwords],
      folders: [paths.generatorConfigs, paths.templates, paths.generated, paths.secrets],
    }),
  );
}
