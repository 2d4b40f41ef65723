import type * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

import { generationOf } from "../generations";
import { hostCommand } from "../host";
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
      create: { files: ["bundled-configs"], calls: [["copy_bundled", image, folder, pattern, paths.configs]] },
    },
    options,
  );
}
