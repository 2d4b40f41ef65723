import { quote, type Question } from "../shared/questions";
import { itemsOf, memberOf, textOf } from "../shared/values";
import type { NamedHost } from "./answers";

/** A node of a Docker Swarm, as one of its managers tells. */
export interface SwarmNode {
  readonly id: string;
  /** The node's host name. */
  readonly name: string;
  /** The address by which the Swarm reaches it; empty if the manager knows none. */
  readonly address: string;
}

/** What a host says of the Swarm that it belongs to. */
export interface SwarmView {
  /** The host's own id as a node; empty if it belongs to no Swarm. */
  readonly ownId: string;
  /** The nodes that are up; empty if the host is not a manager. */
  readonly nodes: readonly SwarmNode[];
}

const nodeFormat =
  "[{{json .ID}},{{json .Description.Hostname}},{{json .Status.Addr}},{{json .ManagerStatus}},{{json .Status.State}}]";

/** Asks a host for its id as a node and, if it is a manager, for all nodes. */
export const nodesQuestion: Question = {
  name: "nodes",
  command:
    "docker info --format '{{json .Swarm.NodeID}}'; " +
    `docker node ls --quiet 2>/dev/null | xargs -r docker node inspect --format ${quote(nodeFormat)}`,
};

/** Reads the answer to {@link nodesQuestion}. Answers of any form are accepted. */
export function readSwarmView(text: string): SwarmView {
  const [own, ...nodes] = text.split("\n").map(parseLine);
  return {
    ownId: textOf(own),
    nodes: nodes.flatMap((line) => {
      const [id, name, address, manager, state] = itemsOf(line);
      return textOf(id) === "" || state !== "ready"
        ? []
        : [{ id: textOf(id), name: textOf(name), address: addressOf(textOf(address), manager) }];
    }),
  };
}

/** A manager may not know its own address as a node, only the one that it has as a manager, with a port. */
function addressOf(address: string, manager: unknown): string {
  if (address !== "" && address !== "0.0.0.0") return address;
  return textOf(memberOf(manager, "Addr"))
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1");
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

/** The nodes that managers among the hosts know and that are not among the hosts, sorted by name. */
export function missingNodes(views: readonly SwarmView[]): SwarmNode[] {
  const present = new Set(views.map(({ ownId }) => ownId));
  const missing = views.flatMap(({ nodes }) => nodes).filter(({ id, address }) => !present.has(id) && address !== "");
  return [...new Map(missing.map((node) => [node.id, node])).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Nodes in the form of the variable `HOSTS`.
 * @param like the host whose user and port the nodes are taken to have.
 */
export function asHosts(nodes: readonly SwarmNode[], like: Pick<NamedHost, "user" | "port">): string {
  return nodes
    .map(({ name, address }) => {
      const named = /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(name) ? `${name}=` : "";
      const port = like.port === 22 ? "" : `:${like.port}`;
      return `${named}${like.user}@${address.includes(":") && port !== "" ? `[${address}]` : address}${port}`;
    })
    .join(" ");
}

/**
 * Says which nodes are not among the hosts and how to add them.
 * @param hosts all hosts and the missing nodes, in the form of the variable `HOSTS`.
 */
export function describeMissingNodes(missing: readonly SwarmNode[], file: string, hosts: string): string {
  const list = missing.map(({ name, address }) => `${name} (${address})`).join(", ");
  return [
    `The hosts belong to a Docker Swarm with further nodes: ${list}. They are not watched by this stack.`,
    `To watch them too, add them to hosts in ${file}, or remove that file and run make init again with`,
    `  HOSTS='${hosts}'`,
    "The addresses are those that the Swarm uses; replace those that ssh can't reach.",
  ].join("\n");
}
