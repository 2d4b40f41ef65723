import { containerNames } from "../../infra/names";
import type { Container } from "../containers/containers";
import type { Fix } from "./schema";
import { stackLine } from "./stack-lines";

/** The networks of a host's agent. */
export interface HostNetworks {
  /** Their names; undefined if there is no agent. */
  readonly agent: readonly string[] | undefined;
  /** Whether the agent is on the host's own network, from which it reaches all others. */
  readonly isHost: boolean;
  /** Networks that the agent's container can't join. Default: none. */
  readonly closed?: ReadonlySet<string>;
  /** Whether the agent is a service of a Swarm. Default: no. */
  readonly inSwarm?: boolean;
}

/**
 * The networks of the agent among a host's containers.
 * @param closed networks that the agent's container can't join. Default: none.
 * @param inSwarm whether the agent is a service of a Swarm. Default: no.
 */
export function networksOfAgent(
  containers: readonly Container[],
  closed: ReadonlySet<string> = new Set(),
  inSwarm = false,
): HostNetworks {
  const agent = containers.find(({ name }) => name === containerNames.agent);
  return { agent: agent?.networks, isHost: agent?.networkMode === "host", closed, inSwarm };
}

/** Whether the agent and a container share a network; true if the agent's networks are unknown. */
export function sharesNetwork({ networks, networkMode }: Container, { agent, isHost }: HostNetworks): boolean {
  if (agent === undefined) return true;
  if (isHost) return networkMode !== "none" && networks.some((name) => name !== "none");
  return networks.some((name) => name !== "host" && name !== "none" && agent.includes(name));
}

/** What makes the agent and a container share a network. */
export function networkFixes(
  { networks, networkMode }: Container,
  { agent = [], isHost, closed, inSwarm = false }: HostNetworks,
): Fix[] {
  // From the host's own network, only overlay networks are out of reach.
  if (isHost) return [{ place: "container", line: "--network bridge" }];
  // A service of a Swarm can't be on a host's own network and on overlay networks at once.
  if (!inSwarm && (networkMode === "host" || networks.includes("host"))) {
    return [stackLine("agent", { network: "host" })];
  }
  const [open] = networks.filter((name) => name !== "none" && name !== "bridge" && closed?.has(name) !== true);
  if (open !== undefined) {
    const all = [...new Set([...agent.filter((name) => name !== "bridge"), open])].sort();
    return [stackLine("networks", all)];
  }
  const [shared] = agent.filter((name) => name !== "bridge");
  return [{ place: "container", line: `--network ${shared ?? "bridge"}` }];
}

/** What is in the way of reaching a container, in words. */
export function describeNetworks(
  { networks }: Container,
  { agent = [], closed, inSwarm = false }: HostNetworks,
): string {
  const named = (names: readonly string[]): string => (names.length === 0 ? "none" : names.join(", "));
  const shut = networks.filter((name) => closed?.has(name) === true);
  const reason = inSwarm
    ? `the agent is a service, and can't join ${named(shut)}`
    : `only services of the Swarm can join ${named(shut)}, which is not attachable`;
  const why = shut.length === 0 ? "" : `; ${reason}`;
  return `it shares no network with the agent: it is on ${named(networks)}, the agent on ${named(agent)}${why}`;
}
