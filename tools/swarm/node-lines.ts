/** A node of a Swarm, as a manager describes it. */
export interface Node {
  readonly id: string;
  /** Its host name, with its id if others have the same one. */
  readonly name: string;
  /** `ready`, `down`, `disconnected` or `unknown`. */
  readonly state: string;
  /** `active`, `drain` or `pause`. */
  readonly availability: string;
}

/** Why a node can't be asked that is not `ready`, and what to do. */
export function describeState({ name, state }: Pick<Node, "name" | "state">): string {
  const check = `the node is ${state}. Check the machine and its Docker engine, then ask again`;
  // A node that has left says so to nobody: managers list it as down.
  return state === "down"
    ? `${check}; if it has left the Swarm for good, run docker node rm ${name} on a manager.`
    : `${check}.`;
}

/** The nodes in what `list_nodes` in `templates/host/swarm-nodes.sh` prints, among other lines, sorted by name. */
export function readNodeLines(lines: readonly string[]): Node[] {
  const nodes = lines.flatMap((line): Node[] => {
    const [kind, id = "", state = "", availability = "", ...name] = line.split(" ");
    return kind === "node" ? [{ id, state, availability, name: name.join(" ") }] : [];
  });
  const count = (name: string): number => nodes.filter((node) => node.name === name).length;
  return nodes
    .map((node) => (count(node.name) === 1 ? node : { ...node, name: `${node.name}.${node.id}` }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
