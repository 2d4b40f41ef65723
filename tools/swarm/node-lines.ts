/** A node of a Swarm, as a manager describes it. */
export interface Node {
  readonly id: string;
  /** Its host name, with its id if others have the same one and it is not the only one of them that is up. */
  readonly name: string;
  /** `ready`, `down`, `disconnected` or `unknown`. */
  readonly state: string;
  /** `active`, `drain` or `pause`. */
  readonly availability: string;
}

/** Why a node can't be asked that is not `ready`, and what to do. */
export function describeState({ id, state }: Pick<Node, "id" | "state">): string {
  const check = `the node is ${state}. Check the machine and its Docker engine, then ask again`;
  // Managers are not told that a node has left: they list it as down. Its name may be that of the same machine, joined again.
  return state === "down"
    ? `${check}; if it has left the Swarm for good, run docker node rm ${id} on a manager.`
    : `${check}.`;
}

/** The nodes in what `list_nodes` in `templates/host/swarm-nodes.sh` prints, among other lines, sorted by name. */
export function readNodeLines(lines: readonly string[]): Node[] {
  const nodes = lines.flatMap((line): Node[] => {
    const [kind, id = "", state = "", availability = "", ...name] = line.split(" ");
    return kind === "node" ? [{ id, state, availability, name: name.join(" ") }] : [];
  });
  // A machine that has left and joined again is listed twice, once as down.
  const isOnlyOne = ({ name, state }: Node): boolean => {
    const same = nodes.filter((node) => node.name === name);
    return same.length === 1 || (state !== "down" && same.filter((node) => node.state !== "down").length === 1);
  };
  return nodes
    .map((node) => (isOnlyOne(node) ? node : { ...node, name: `${node.name}.${node.id}` }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
