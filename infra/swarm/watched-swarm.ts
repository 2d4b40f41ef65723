import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { checkFleet } from "../fleet";
import { type Integration, selectIntegrations } from "../integrations";
import type { FleetSettings, SwarmSettings } from "../settings";
import { createGate } from "./gate";
import { swarmProviderArgs } from "./managers";
import { createNetworks } from "./networks";
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
    const { node } = swarm;
    const integrations = selectIntegrations(node.integrations, node.agent.generation).map(withoutPage);
    const preflight = createSwarmPreflight(swarm, { parent: this });
    const provider = new docker.Provider("swarm-docker", swarmProviderArgs(swarm), { parent: this });
    const placement: SwarmPlacement = { parent: this, provider, dependsOn: [preflight] };
    const networks = createNetworks(swarm, placement);
    const generator = createGeneratorService(swarm, integrations, placement);
    const agent = createAgentService(swarm, integrations, networks, placement);
    createGate(swarm, [generator, agent], { parent: this, dependsOn: [generator.resource, agent.resource] });
    this.registerOutputs();
  }
}

/** A generated status page is read after a signal to the web server, which needs the host's process ids. */
function withoutPage(integration: Integration): Integration {
  const copy: { -readonly [Key in keyof Integration]: Integration[Key] } = { ...integration };
  delete copy.statusPage;
  return copy;
}
