import { type Integration, selectIntegrations } from "../integrations";
import type { SwarmSettings } from "../settings";

/** The integrations of a Swarm's nodes: those that its stack lists, without what no service can have. */
export function integrationsOfNodes({ node }: SwarmSettings): Integration[] {
  return selectIntegrations(node.integrations, node.agent.generation).map(withoutPage);
}

/** A generated status page is read after a signal to the web server, which needs the host's process ids. */
function withoutPage(integration: Integration): Integration {
  const copy: { -readonly [Key in keyof Integration]: Integration[Key] } = { ...integration };
  delete copy.statusPage;
  return copy;
}
