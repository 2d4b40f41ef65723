import { randomBytes } from "node:crypto";

import { type HostScript, scriptText } from "../../infra/shell";
import type { SwarmOutput } from "../../infra/swarm";
import { runOnManager } from "./managers";
import { describeState, readNodeLines, type Node } from "./node-lines";
import { newSeal, type Seal } from "./seal";

/** The answer of a node of a Swarm, or why there is none. */
export type NodeAnswer = { readonly name: string } & (
  { readonly output: string; readonly problem?: never } | { readonly output?: never; readonly problem: string }
);

/** How the nodes of a Swarm are asked. */
export interface NodesQuestion {
  /** The stack that owns the jobs. */
  readonly stack: string;
  /** A shell script for each node. It runs as root, and sees the node's files read-only. */
  readonly script: string;
  /** The limit for a node's answer, in bytes. */
  readonly maxBytes: number;
  /** Name of the only node to ask. Default: all. */
  readonly only?: string | undefined;
  /** How long to wait for the nodes, in seconds. Default: 60. */
  readonly patienceSeconds?: number;
}

/** What the first manager that answers says of the Swarm's nodes. */
export interface NodesReply {
  /** Names of all nodes. */
  readonly names: readonly string[];
  /** Of the nodes on which the services run, or of the one that was asked, by name. */
  readonly answers: readonly NodeAnswer[];
}

/** The limit for all answers together, in bytes, as they are compressed. */
const maxReplyBytes = 256 * 1024 * 1024;

/**
 * Runs a script on the nodes of a Swarm, by a job that exists only meanwhile. The answers are encrypted on their way, since
 * they pass through logs.
 * @throws ProcessError if none of the managers answers, or if the job can't be created.
 */
export async function askNodes(
  { managers, services }: Pick<SwarmOutput, "managers" | "services">,
  { stack, script, maxBytes, only = "", patienceSeconds = 60 }: NodesQuestion,
): Promise<NodesReply> {
  const seal = await newSeal();
  const job = `datadog-question-${randomBytes(6).toString("hex")}`;
  const reply = scriptText({ files: ["node-reply"], calls: [["reply", seal.publicKey, script]] });
  const ask: HostScript = {
    files: ["swarm-nodes"],
    // The last one is the smaller image.
    calls: [["ask_nodes", job, stack, String(patienceSeconds), only, reply, ...[...services].reverse()]],
  };
  const limits = { timeoutMs: (patienceSeconds + 120) * 1000, maxBytes: maxReplyBytes };
  return readNodes(await runOnManager(managers, ask, limits), { seal, maxBytes, only, patienceSeconds });
}

/** Reads what `ask_nodes` in `templates/host/swarm-nodes.sh` prints; exported for its tests. */
export function readNodes(
  text: string,
  options: { readonly seal: Pick<Seal, "open">; readonly maxBytes: number } & Required<
    Pick<NodesQuestion, "only" | "patienceSeconds">
  >,
): NodesReply {
  const { seal, maxBytes, only, patienceSeconds } = options;
  const lines = text.split("\n").map((line) => line.split(" "));
  const nodes = readNodeLines(text.split("\n"));
  const tasks = new Map(
    lines.flatMap(([kind, id = "", state = "", ...error]) =>
      kind === "task" ? [[id, { state, error: error.join(" ").trim() }] as const] : [],
    ),
  );
  const places = new Set(lines.flatMap(([kind, id = ""]) => (kind === "place" ? [id] : [])));
  const says = (word: string): boolean => lines.some(([kind]) => kind === word);
  const [isUndeployed, isConstrained] = [says("undeployed"), says("constrained")];
  const replies = readReplies(lines);
  const answer = ({ id, name, state, availability }: Node): NodeAnswer => {
    const { key, data, isWhole, problem } = replies.get(id) ?? { data: [], isWhole: false };
    if (problem !== undefined) return { name, problem };
    if (key !== undefined && isWhole) {
      try {
        return { name, output: seal.open(key, data.join(""), maxBytes) };
      } catch {
        return { name, problem: "its answer can't be read: it is incomplete, or too long. Ask again." };
      }
    }
    const task = tasks.get(id);
    if (isUndeployed)
      return { name, problem: "the Swarm has no service of this program. Run make up, then ask again." };
    if (isConstrained && task === undefined && !places.has(id)) {
      return { name, problem: "swarm.placement leaves the node out, so no agent runs there." };
    }
    return { name, problem: silence({ id, name, state, availability }, task, patienceSeconds) };
  };
  return {
    names: nodes.map(({ name }) => name),
    answers: nodes
      // Constraints keep the services, and the question, from other nodes.
      .filter(({ id, name }) => (only === "" ? !isConstrained || tasks.has(id) || places.has(id) : name === only))
      .map(answer),
  };
}

/** Why a node has not answered, and what to do. */
function silence(
  { id, name, state, availability }: Node,
  task: { readonly state: string; readonly error: string } | undefined,
  patienceSeconds: number,
): string {
  // Docker does not know a name with an id behind it.
  const known = name.endsWith(`.${id}`) ? id : name;
  const activate = `docker node update --availability active ${known} on a manager ends that`;
  if (state !== "ready") return describeState({ id, state });
  if (availability === "drain") return `the node is drained, so no agent runs there: ${activate}.`;
  if (availability === "pause") return `the node is paused and starts no task, so it can't be asked: ${activate}.`;
  if (task !== undefined && task.error !== "") {
    return `the task that asks it has not run (${task.error}). docker node ps ${known} on a manager says more.`;
  }
  return `has not answered within ${patienceSeconds} s. Check the machine and its Docker engine, then ask again.`;
}

interface Reply {
  key?: string;
  data: string[];
  isWhole: boolean;
  problem?: string;
}

/** The lines of the nodes' tasks (`templates/host/node-reply.sh`), by the nodes' ids. */
function readReplies(lines: readonly (readonly string[])[]): ReadonlyMap<string, Reply> {
  const replies = new Map<string, Reply>();
  for (const [id = "", kind, value = "", ...more] of lines) {
    if (kind !== "key" && kind !== "data" && kind !== "end" && kind !== "problem") continue;
    const reply = replies.get(id) ?? { data: [], isWhole: false };
    replies.set(id, reply);
    if (kind === "key") reply.key = value;
    if (kind === "data") reply.data.push(value);
    if (kind === "end") reply.isWhole = true;
    if (kind === "problem") reply.problem = [value, ...more].join(" ");
  }
  return replies;
}
