import type * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { makeWay } from "./leftovers";
import { managerCommand } from "./managers";
import { stackLabel } from "./names";
import type { SwarmPlacement } from "./placement";
import type { SwarmSettings } from "../settings";

/** The ids of the networks that the agent joins: the default bridge of each node, the program's own, and the listed ones. */
export function createNetworks(swarm: SwarmSettings, placement: SwarmPlacement): pulumi.Output<string[]> {
  const own = swarm.ownNetworks.map((name) => createNetwork(swarm, name, placement).id);
  const found = findNetworks(swarm, ["bridge", ...swarm.networks], placement);
  const ids = found.stdout.apply((text) => text.split("\n").filter((line) => line !== ""));
  return pulumi.all([ids, pulumi.all(own)]).apply(([listed, made]) => [...listed, ...made]);
}

/** An attachable overlay network that the program makes. */
function createNetwork(
  swarm: SwarmSettings,
  name: string,
  { parent, provider, dependsOn }: SwarmPlacement,
): docker.Network {
  const resource = `swarm-network-${name}`;
  return new docker.Network(
    resource,
    {
      name,
      driver: "overlay",
      attachable: true,
      labels: [{ label: stackLabel, value: swarm.node.stackName }],
    },
    { parent, provider, dependsOn: [...dependsOn], hooks: makeWay("network", name, swarm, resource) },
  );
}

/**
 * Asks for the ids of networks that exist already: a preview, which connects to nobody, knows them from the state. Asked again
 * only if other names are listed, because new ids replace the agent's service.
 */
function findNetworks(
  swarm: SwarmSettings,
  names: readonly string[],
  { parent, dependsOn }: Pick<SwarmPlacement, "parent" | "dependsOn">,
): command.local.Command {
  return managerCommand(
    "swarm-networks",
    swarm,
    { create: { files: ["swarm-networks"], calls: [["network_ids", ...names]] }, triggers: [...names] },
    { parent, dependsOn: [...dependsOn], ignoreChanges: ["create", "stdin"] },
  );
}
