import { containerNames } from "../../infra/names";
import type { HostScript } from "../../infra/shell";
import type { SwarmOutput } from "../../infra/swarm";
import type { StackState, StateResource } from "../deploy/state";
import { ProcessError } from "../shared/run";
import { harmlessLine } from "../shared/terminal-text";
import { itemsOf, textOf } from "../shared/values";
import { runOnManager } from "./managers";
import { readNodeLines, type Node } from "./node-lines";
import { whyNoManager } from "./silence";
import { serviceDifferences } from "./service-differences";

/** Names a whole Swarm where others name hosts, which have no blanks in their names. */
export const wholeSwarm = "the Swarm";

/** Where a Swarm differs from what its stack has made. */
export interface SwarmFinding {
  /** The node that it is about; undefined if it is about the Swarm. */
  readonly node?: string;
  /** What differs, for a person. */
  readonly text: string;
  /** URN of the resource that differs; undefined if it is none: `make up` can't repair it. */
  readonly urn?: string;
  /** What a person can do; undefined if `make up` repairs it. */
  readonly byHand?: string;
  /** Whether `make up` repairs it by making the resource anew. Default: no. */
  readonly anew?: boolean;
}

/** The result of inspecting a Swarm. */
export interface SwarmLook {
  /** All nodes, sorted by name. */
  readonly nodes: readonly Node[];
  readonly findings: readonly SwarmFinding[];
  /** Why the Swarm could not be inspected; undefined if it could. */
  readonly problem: string | undefined;
}

/** Inspects a Swarm. */
export type Look = typeof lookAtSwarm;

/** After how many milliseconds a silent manager is given up; an answer takes a second. */
const timeoutMs = 60_000;

/** The longest answer, in bytes: more than a Swarm of a thousand nodes gives. */
const maxBytes = 32 * 1024 * 1024;

/** Compares a Swarm with a stack's state. It asks a manager only, and changes nothing. */
export async function lookAtSwarm(
  { managers, services }: Pick<SwarmOutput, "managers" | "services">,
  state: StackState,
): Promise<SwarmLook> {
  const labels = labelsResource(state)?.inputs?.["triggers"];
  const script: HostScript = {
    files: ["swarm-nodes", "swarm-networks", "swarm-look", "swarm-labels"],
    calls: [
      ["describe_swarm", ...services],
      ["node_labels", ...itemsOf(labels).map(textOf)],
    ],
  };
  try {
    return compareSwarm(await runOnManager(managers, script, { timeoutMs, maxBytes }), state);
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error;
    return { nodes: [], findings: [], problem: whyNoManager(error) };
  }
}

/** The kinds of resources that are found by their id, with what a person calls them. */
const kinds: Readonly<Record<string, { readonly kind: string; readonly name: string }>> = {
  "docker:index/serviceConfig:ServiceConfig": { kind: "config", name: "config" },
  "docker:index/secret:Secret": { kind: "secret", name: "secret" },
  "docker:index/network:Network": { kind: "network", name: "network" },
};

/** The type of the resources that are services, in a stack's state. */
export const serviceType = "docker:index/service:Service";

/** The resource that has read the labels of the nodes; undefined if none become tags. */
function labelsResource({ deployment: { resources = [] } }: StackState): StateResource | undefined {
  return resources.find(({ urn, delete: old }) => urn.endsWith("::swarm-node-labels") && old !== true);
}

/**
 * Compares with a stack's state what `describe_swarm` in `templates/host/swarm-look.sh` and `node_labels` in
 * `templates/host/swarm-labels.sh` print; exported for its tests.
 */
export function compareSwarm(text: string, state: StackState): SwarmLook {
  const { resources = [] } = state.deployment;
  const made = resources.filter((resource) => resource.delete !== true);
  const lines = text.split("\n");
  const nodes = readNodeLines(lines);
  return {
    nodes,
    findings: [
      ...made.filter(({ type }) => type === serviceType).flatMap((resource) => serviceFindings(resource, lines)),
      ...made.flatMap((resource) => [...goneFindings(resource, lines), ...otherFindings(resource, lines)]),
      ...Object.values(containerNames).flatMap((service) => taskFindings(service, lines, nodes)),
      ...labelFindings(labelsResource(state), lines, nodes),
    ],
    problem: undefined,
  };
}

function nameOf({ inputs = {} }: StateResource): string {
  return String(inputs["name"]);
}

function serviceFindings(resource: StateResource, lines: readonly string[]): SwarmFinding[] {
  const name = nameOf(resource);
  const head = `service ${name} `;
  const found = lines.find((line) => line.startsWith(head))?.slice(head.length);
  const { urn } = resource;
  if (found === undefined) return [{ urn, text: `the service ${name} is gone` }];
  const space = found.indexOf(" ");
  if (found.slice(0, space) !== resource.id) {
    return [{ urn, text: `the service ${name} is another one than the stack has made` }];
  }
  const differences = serviceDifferences(resource.inputs, JSON.parse(found.slice(space + 1)));
  if (differences.length === 0) return [];
  return [{ urn, text: `the service ${name} differs from the stack in its ${differences.join(", ")}` }];
}

/** A config, secret or network that is gone. */
function goneFindings(resource: StateResource, lines: readonly string[]): SwarmFinding[] {
  const known = kinds[resource.type];
  if (known === undefined || lines.includes(`${known.kind} ${resource.id ?? ""}`)) return [];
  return [{ urn: resource.urn, text: `the ${known.name} ${nameOf(resource)} is gone` }];
}

/** What is looked up by its name and used by its id, by the name of the resource that does so. */
const lookedUp: Readonly<Record<string, string>> = { "swarm-networks": "network", "swarm-password-secrets": "secret" };

/** A network or a secret that users have made anew, so that it has another id than the services use. */
function otherFindings({ urn, inputs, outputs }: StateResource, lines: readonly string[]): SwarmFinding[] {
  const kind = lookedUp[urn.split("::").pop() ?? ""];
  if (kind === undefined) return [];
  const ids = textOf(outputs?.["stdout"]).split("\n");
  return itemsOf(inputs?.["triggers"]).flatMap((name, index): SwarmFinding[] =>
    lines.includes(`${kind} ${ids[index] ?? ""}`)
      ? []
      : [{ urn, text: `the ${kind} ${textOf(name)} is gone, or another one than the services use`, anew: true }],
  );
}

/** Nodes whose labels are not what their agents have as tags. */
function labelFindings(
  resource: StateResource | undefined,
  lines: readonly string[],
  nodes: readonly Node[],
): SwarmFinding[] {
  if (resource === undefined) return [];
  const known = textOf(resource.outputs?.["stdout"]).split("\n");
  const of = (all: readonly string[], { id }: Node): string =>
    all.filter((line) => line.startsWith(`label ${id} `)).join("\n");
  return nodes
    .filter((node) => of(lines, node) !== of(known, node))
    .map(({ name }) => ({
      node: name,
      text: "its labels are not the tags of its agent",
      urn: resource.urn,
      anew: true,
    }));
}

/** Nodes that should run a task and do not. */
function taskFindings(service: string, lines: readonly string[], nodes: readonly Node[]): SwarmFinding[] {
  const head = `running ${service} `;
  const byHand = `docker service ps --no-trunc ${service} on a manager says more.`;
  return lines
    .filter((line) => line.startsWith(head))
    .flatMap((line): SwarmFinding[] => {
      const [id, state = "", ...error] = line.slice(head.length).split(" ");
      const node = nodes.find((one) => one.id === id);
      if (state === "running" || node === undefined || node.state !== "ready") return [];
      const said = harmlessLine(error.join(" ").trim());
      return [{ node: node.name, text: `${service} does not run (${state}${said === "" ? "" : `: ${said}`})`, byHand }];
    });
}
