import type * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

import { managerCommand } from "./managers";
import { stackNamesOf } from "./names";
import { containerNames } from "../names";
import type { SwarmSettings } from "../settings";
import type { Call } from "../shell";

/**
 * The first resource of a Swarm: everything else waits for it, so what is wrong with a Swarm is reported before anything in it
 * changes. It is destroyed last, and then removes what the stack has created without a resource of its own.
 */
export function createSwarmPreflight(
  swarm: SwarmSettings,
  options: pulumi.CustomResourceOptions,
): command.local.Command {
  const stacks = stackNamesOf(swarm.node);
  return managerCommand(
    "swarm-preflight",
    swarm,
    {
      create: {
        files: ["swarm-preflight"],
        calls: [
          ["overlays_exist", ...swarm.networks],
          ["services_are_ours", stacks.join(" "), ...Object.values(containerNames)],
          ["no_agent_beside", containerNames.agent],
        ],
      },
      delete: {
        files: ["swarm-objects", "swarm-nodes"],
        calls: [
          ...stacks.map((stack): Call => ["remove_jobs", stack, "0"]),
          ["sweep", ...stacks],
          ["must_be_swept", ...stacks],
        ],
      },
      tells: true,
    },
    options,
  );
}
