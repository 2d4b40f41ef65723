import { formatPath, type Problem } from "./problems";
import { resolveHost, type FleetSettings, type HostSettings, type ExternalValues } from "./hosts";
import { defaults } from "./schema/per-host";
import { secondsOf } from "./schema/time";
import type { SwarmStackSettings } from "./schema/swarm";

/** The Swarm fills in the name of the node that a task runs on (docker service create, "Create services using templates"). */
const nodeName = "{{.Node.Hostname}}";

/** What the Swarm fills in, in variables of a task: the same page. */
const placeholder =
  /^\{\{ *\.(Node\.(ID|Hostname|Platform\.(OS|Architecture))|Service\.(ID|Name)|Task\.(ID|Name|Slot)) *\}\}/;

/** Resolves the full settings of a stack with a Swarm. */
export function resolveSwarm(stack: SwarmStackSettings, external: ExternalValues): FleetSettings {
  const { swarm, ...settings } = stack;
  const { managers, passwords = [], update = {} } = swarm;
  const ownNetworks = swarm.networks ?? [];
  const networks = [...new Set(settings.networks)].filter((name) => name !== "bridge");
  const node: HostSettings = resolveHost(
    { ...settings, networks: [...ownNetworks, ...networks], passwordFiles: passwords.map(asOnHost) },
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
      passwordSecrets: passwords.map(({ name, secret = name }) => ({ name, secret })),
      update: { parallelism: update.parallelism ?? 1, ...updateSeconds(update) },
    },
  };
}

/** The times of an update, in seconds. */
function updateSeconds(update: NonNullable<SwarmStackSettings["swarm"]["update"]>): {
  readonly delaySeconds: number;
  readonly monitorSeconds: number;
} {
  const delaySeconds = secondsOf(update.delay ?? "1s");
  const monitorSeconds = update.monitor === undefined ? Math.max(30, delaySeconds) : secondsOf(update.monitor);
  return { delaySeconds, monitorSeconds };
}

/** Problems with managers that are one and the same: behind NAT, several have one address and a port each. */
export function managerProblems({ swarm, port = defaults.port }: SwarmStackSettings): Problem[] {
  const first = new Map<string, number>();
  return swarm.managers.flatMap((manager, index): Problem[] => {
    const place = `${manager.address} ${manager.port ?? port}`;
    const before = first.get(place);
    if (before === undefined) {
      first.set(place, index);
      return [];
    }
    const problem = `is the same as that of entry ${before}, and so is the port; list each manager once, or set the port of each`;
    return [{ path: formatPath(["swarm", "managers", index, "address"]), problem }];
  });
}

/** Problems with an update that would go on to the next node although the last one has failed meanwhile. */
export function updateProblems({ swarm }: SwarmStackSettings): Problem[] {
  const { delaySeconds, monitorSeconds } = updateSeconds(swarm.update ?? {});
  if (monitorSeconds >= delaySeconds) return [];
  const problem = `is shorter than swarm.update.delay, so a node that fails later would stop nothing; set at least ${swarm.update?.delay ?? ""}, or remove it`;
  return [{ path: "swarm.update.monitor", problem }];
}

/** A password file whose containers are the tasks of services: `password-networks` in `logins.tmpl` knows them by this form. */
function asOnHost({
  name,
  services,
  network,
}: NonNullable<SwarmStackSettings["swarm"]["passwords"]>[number]): HostSettings["passwordFiles"][number] {
  return { name, containers: services.map((service) => `service:${service}`), network };
}

/** Problems with passwords for networks that no agent is on. */
export function passwordNetworkProblems({ networks, swarm }: SwarmStackSettings): Problem[] {
  const joined = ["bridge", ...(swarm.networks ?? []), ...(networks ?? [])];
  return (swarm.passwords ?? []).flatMap(({ name, network }, index): Problem[] =>
    joined.includes(network)
      ? []
      : [
          {
            path: formatPath(["swarm", "passwords", index, "network"]),
            problem: `is ${network}, which no agent is on; add ${network} to networks, or name one of ${joined.join(", ")} for ${name}`,
          },
        ],
  );
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
