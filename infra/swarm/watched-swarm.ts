import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { checkFleet } from "../fleet";
import type { FleetSettings, SwarmSettings } from "../settings";
import { createGate } from "./gate";
import { integrationsOfNodes } from "./integrations";
import { swarmProviderArgs } from "./managers";
import { createNetworks } from "./networks";
import { createNodeTags } from "./node-labels";
import { swarmName } from "./names";
import type { SwarmPlacement } from "./placement";
import { createSwarmPreflight } from "./preflight";
import { createAgentService, createGeneratorService } from "./services";

/**
 * Puts the Swarm of a stack under watch. Does nothing for a stack without one.
 * @throws SettingsError if the settings don't fit together, before anything is touched.
 */
export function watchSwarm({ swarm, rollout }: FleetSettings): void {
  if (swarm === undefined) return;
  checkFleet({ hosts: [swarm.node], rollout, swarm });
  new WatchedSwarm(swarm);
}

/** A Swarm under watch: agent and generator as services that run on every node. */
export class WatchedSwarm extends pulumi.ComponentResource {
  constructor(swarm: SwarmSettings) {
    super("datadog-hosts:index:WatchedSwarm", swarmName, {});
    const integrations = integrationsOfNodes(swarm);
    const preflight = createSwarmPreflight(swarm, { parent: this });
    const provider = new docker.Provider("swarm-docker", swarmProviderArgs(swarm), { parent: this });
    const placement: SwarmPlacement = { parent: this, provider, dependsOn: [preflight] };
    const networks = createNetworks(swarm, placement);
    const generator = createGeneratorService(swarm, integrations, placement);
    const nodeTags = createNodeTags(swarm, placement);
    const agent = createAgentService(swarm, integrations, { networks, nodeTags }, placement);
    createGate(swarm, [generator, agent], { parent: this, dependsOn: [generator.resource, agent.resource] });
    this.registerOutputs();
  }
}
