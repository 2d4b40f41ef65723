import { agentImage } from "./agent";
import { generationOf } from "../generations";
import type { HostPaths } from "../names";
import type { HostSettings } from "../settings";
import type { HostScript } from "../shell";

/**
 * Copies from the agent's image the configs that a mount over their folder hides; generation 5 loads them too. Does nothing for
 * a generation without such configs.
 */
export function bundledConfigsScript(host: HostSettings, paths: HostPaths): HostScript {
  const { bundledConfigs } = generationOf(host);
  if (bundledConfigs === undefined) return { calls: [] };
  const { folder, pattern } = bundledConfigs;
  const files = [agentImage(host), folder, pattern, paths.configs] as const;
  return { files: ["bundled-configs"], calls: [["copy_bundled", ...files]] };
}
