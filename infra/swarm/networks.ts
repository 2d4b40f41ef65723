import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { findIds } from "./known-ids";
import { makeWay } from "./leftovers";
import { stackLabel } from "./names";
import type { SwarmPlacement } from "./placement";
import type { SwarmSettings } from "../settings";

/** The ids of the networks that the agent joins: the default bridge of each node, the program's own, and the listed ones. */
export function createNetworks(swarm: SwarmSettings, placement: SwarmPlacement): pulumi.Output<string[]> {
  const own = swarm.ownNetworks.map((name) => createNetwork(swarm, name, placement).id);
  const found = findIds(
    swarm,
    { resource: "swarm-networks", script: ["swarm-networks", "network_ids"], names: ["bridge", ...swarm.networks] },
    placement,
  );
  return pulumi.all([found, pulumi.all(own)]).apply(([listed, made]) => [...listed, ...made]);
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
    {
      parent,
      provider,
      dependsOn: [...dependsOn],
      // Another label would replace the network, which the engine refuses while services of users are on it.
      ignoreChanges: ["labels"],
      hooks: makeWay("network", name, swarm, resource),
    },
  );
}
