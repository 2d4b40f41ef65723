import * as pulumi from "@pulumi/pulumi";

import { runOnManager } from "./managers";
import { stackNamesOf } from "./names";
import type { SwarmSettings } from "../settings";

/**
 * Hooks that remove, before something is created in the Swarm, what an interrupted run has left there under the same name.
 * @param resource name of the resource.
 */
export function makeWay(
  kind: "config" | "network" | "secret" | "service",
  name: pulumi.Input<string>,
  swarm: SwarmSettings,
  resource: string,
): pulumi.ResourceHookBinding {
  const hook = new pulumi.ResourceHook(`${resource}-make-way`, async () => {
    const known = await new Promise<string>((resolve) => pulumi.output(name).apply(resolve));
    const stacks = stackNamesOf(swarm.node).join(" ");
    await runOnManager(swarm, { files: ["swarm-objects"], calls: [["make_way", kind, known, stacks]] });
  });
  return { beforeCreate: [hook] };
}
