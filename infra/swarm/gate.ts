import * as pulumi from "@pulumi/pulumi";
import type * as command from "@pulumi/command";

import { managerCommand } from "./managers";
import { stackNamesOf } from "./names";
import type { DeployedService } from "./service";
import type { SwarmSettings } from "../settings";
import type { Call, HostScript } from "../shell";

/** How long nothing may change while a node pulls an image and its agent becomes healthy, in seconds. */
const patienceSeconds = 300;

/**
 * The last resource of a Swarm: waits until the nodes run the services, and fails with the tasks' own words if the engine has
 * rolled one back. Then it removes the configs and secrets that they no longer use.
 */
export function createGate(
  swarm: SwarmSettings,
  services: readonly DeployedService[],
  options: pulumi.CustomResourceOptions,
): command.local.Command {
  const revisions = pulumi.all(services.map(({ name, revision }) => revision.apply((value) => ({ name, value }))));
  const create = revisions.apply((found) => gateScript(swarm, found));
  return managerCommand("swarm-gate", swarm, { create, tells: true }, options);
}

/** The script of the gate; exported for its tests. */
export function gateScript(
  { node, placement, update }: SwarmSettings,
  services: readonly { readonly name: string; readonly value: string }[],
): HostScript {
  const patience = String(patienceSeconds + update.monitorSeconds + update.delaySeconds);
  return {
    files: ["ask", "harmless", "swarm-objects", "swarm-gate"],
    calls: [
      ...services.map(({ name, value }): Call => [
        "service_runs",
        patience,
        placement.length > 0 ? "some" : "all",
        name,
        value,
        String(update.monitorSeconds),
        String(update.delaySeconds),
      ]),
      ["sweep", ...stackNamesOf(node)],
    ],
  };
}
