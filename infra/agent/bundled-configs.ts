import type * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

import { generationOf } from "../generations";
import { hostCommand, quote } from "../host";
import type { HostPaths } from "../names";
import type { HostSettings } from "../settings";

/**
 * Copies out of the agent's image the configs that a mount over their folder hides; generation 5 loads them too.
 * Undefined where the agent's generation has none.
 */
export function createBundledConfigs(
  host: HostSettings,
  { paths, image }: { paths: HostPaths; image: string },
  options: pulumi.CustomResourceOptions,
): command.remote.Command | undefined {
  const { bundledConfigs } = generationOf(host);
  if (bundledConfigs === undefined) return undefined;
  const { folder, pattern } = bundledConfigs;
  return hostCommand(
    `${host.name}-bundled-configs`,
    host,
    {
      create: [
        "work=$(mktemp -d)",
        `container=$(docker create ${quote(image)})`,
        `trap 'docker rm --force --volumes "$container" >/dev/null; rm -rf "$work"' EXIT`,
        `docker cp "$container:${folder}" "$work/bundled" >/dev/null`,
        `for file in "$work"/bundled/${pattern}; do if [ -e "$file" ]; then cp "$file" ${quote(paths.configs)}/; fi; done`,
      ],
    },
    options,
  );
}
