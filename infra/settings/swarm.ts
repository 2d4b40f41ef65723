import { formatPath, type Problem } from "./problems";
import { resolveHost, type FleetSettings, type HostSettings, type ExternalValues } from "./hosts";
import { secondsOf } from "./schema/rollout";
import type { SwarmStackSettings } from "./schema/swarm";

/** The Swarm fills in the name of the node that a task runs on (docker service create, "Create services using templates"). */
const nodeName = "{{.Node.Hostname}}";

/** What the Swarm fills in, in variables of a task: the same page. */
const placeholder =
  /^\{\{ *\.(Node\.(ID|Hostname|Platform\.(OS|Architecture))|Service\.(ID|Name)|Task\.(ID|Name|Slot)) *\}\}/;

/** Resolves the full settings of a stack with a Swarm. */
export function resolveSwarm(stack: SwarmStackSettings, external: ExternalValues): FleetSettings {
  const { swarm, ...settings } = stack;
  const { managers, update = {} } = swarm;
  const ownNetworks = swarm.networks ?? [];
  const networks = [...new Set(settings.networks)].filter((name) => name !== "bridge");
  const node: HostSettings = resolveHost(
    { ...settings, networks: [...ownNetworks, ...networks] },
    { entry: { name: nodeName, address: "", hostKey: "" }, index: undefined },
    external,
  );
  const { user, privateKey, jump } = node;
  return {
    hosts: [],
    rollout: { canary: undefined, batch: undefined, proofSeconds: undefined },
    swarm: {
      managers: managers.map(({ name, address, hostKey, port = node.port }) => ({
        ...{ name, address, hostKey, port },
        ...{ user, privateKey, jump },
      })),
      node,
      ownNetworks,
      networks,
      placement: swarm.placement ?? [],
      nodeLabels: swarm.nodeLabels ?? [],
      update: { parallelism: update.parallelism ?? 1, monitorSeconds: secondsOf(update.monitor ?? "30s") },
    },
  };
}

/** Problems with variables that the Swarm would not leave as they are: it takes `{{` for the start of a template. */
export function templateProblems({ agent, generator }: SwarmStackSettings): Problem[] {
  return Object.entries({ agent, generator }).flatMap(([role, container]) =>
    Object.entries(container?.environment ?? {}).flatMap(([name, value]): Problem[] => {
      if (typeof value !== "string" || !hasUnknownTemplate(value)) return [];
      const problem = `contains {{, and the Swarm fills in only placeholders such as ${nodeName}; a task with any other does not start, so remove it`;
      return [{ path: formatPath([role, "environment", name]), problem }];
    }),
  );
}

function hasUnknownTemplate(value: string): boolean {
  return [...value.matchAll(/\{\{/g)].some(({ index }) => !placeholder.test(value.slice(index)));
}
