import { containerNames, type Role } from "../../infra/names";
import { quote } from "../../infra/shell";
import type { Container } from "../containers/containers";
import type { Fix } from "./schema";
import type { Question } from "../shared/questions";
import { entriesOf, itemsOf, textOf } from "../shared/values";

/**
 * One line of JSON for each service: its name, its own labels of this program, and the names of its containers' labels. Each
 * list ends with an empty entry, since Go's templates can't omit the last comma.
 */
const serviceFormat = [
  "[{{json .Spec.Name}}",
  `{ {{range $label, $value := .Spec.Labels}}{{$parts := split $label "."}}{{if eq (index $parts 0) "datadog-hosts"}}{{json $label}}:{{json $value}},{{end}}{{end}}"":""}`,
  "[{{with .Spec.TaskTemplate.ContainerSpec}}{{range $label, $_ := .Labels}}{{json $label}},{{end}}{{end}}null]]",
].join(",");

/** Asks for the services of a host's Swarm, which only managers know, and for its Swarm's networks. */
export const swarmQuestions: readonly Question[] = [
  {
    name: "services",
    command: `docker service ls --quiet 2>/dev/null | xargs -r docker service inspect --format ${quote(serviceFormat)}`,
  },
  {
    name: "swarm-networks",
    command: `docker network ls --quiet --filter scope=swarm | xargs -r docker network inspect --format '[{{json .Name}},{{json .Attachable}},{{json .Ingress}}]'`,
  },
];

/** The longest name, label or value that is shown, in characters. */
const longest = 60;

/**
 * Remarks on services that carry labels of this program themselves (`deploy.labels` in a Compose file) and not on their
 * containers: a service's labels never reach its containers. This program's own services have labels of both kinds.
 */
export function serviceLabelRemarks(text: string): string[] {
  return linesOf(text).flatMap((line) => {
    const [name, labels, ofContainers] = itemsOf(line);
    const reached = new Set(itemsOf(ofContainers).map(textOf));
    const lost = entriesOf(labels).filter(([label]) => label !== "" && !reached.has(label));
    const service = textOf(name);
    if (service === "" || lost.length === 0) return [];
    const named = lost.map(([label]) => label.slice(0, longest)).join(", ");
    const options = lost.map(
      ([label, value]) => `--container-label-add ${quote(`${label}=${textOf(value)}`.slice(0, 2 * longest))}`,
    );
    return [
      `the service ${service.slice(0, longest)} has ${named} in deploy.labels, which never reach its containers: move ` +
        `${lost.length === 1 ? "it" : "them"} to labels in the Compose file, or run docker service update ` +
        `${options.join(" ")} ${quote(service.slice(0, longest))}`,
    ];
  });
}

/** How the engine names a task's container: by service, slot or node, and task. */
const taskName = /^(.+)\.(?:\d+|[a-z0-9]{25})\.[a-z0-9]{25}$/;

/** The service that a container is a task of, by the container's name; undefined if it is none. */
export function serviceOfTask(container: string): string | undefined {
  return taskName.exec(container)?.[1];
}

/** Agents that collect on a machine beside the stack's own: a host's beside a task of its Swarm, or the other way round. */
export function secondAgents(containers: readonly Container[], isNode: boolean): string[] {
  const { agent } = containerNames;
  return containers
    .filter(({ name, state }) => state === "running" && (isNode ? name === agent : serviceOfTask(name) === agent))
    .map(({ name, labels }) => {
      const stack = labels.get("datadog-hosts.stack") ?? "";
      const owner = stack === "" ? "" : `, for stack ${stack}`;
      const remedy = isNode
        ? `remove the machine from ${stack === "" ? "what starts it" : "that stack"}, or docker rm --force ${name} there`
        : "remove the machine from this stack, or keep the Swarm's tasks away from it (swarm.placement)";
      return `two agents collect here: ${name} runs beside this stack's own${owner}; ${remedy}`;
    });
}

/** The fix of a container. Options of `docker run` become those of `docker service update` if it is a task of a service. */
export function fixOfTask(container: string, fix: Fix): Fix {
  const service = serviceOfTask(container);
  const [, option = "", value = ""] = /^--(label|network) (\S.*)$/.exec(fix.line) ?? [];
  if (service === undefined || fix.place !== "container" || value === "" || value === "bridge") return fix;
  const change = option === "label" ? "--container-label-add" : "--network-add";
  // Not several options in one line.
  return /^\S+$/.test(value)
    ? { place: "manager", line: `docker service update ${change} ${value} ${quote(service)}` }
    : fix;
}

/** The networks that no container beside the Swarm's services can join, by name. */
export function closedNetworks(text: string): ReadonlySet<string> {
  return new Set(
    linesOf(text).flatMap((line) => {
      const [name, attachable, ingress] = itemsOf(line);
      return typeof name === "string" && (attachable !== true || ingress === true) ? [name] : [];
    }),
  );
}

/**
 * The networks of a node's containers that the agent can't join as a service, by name: those that only this node has, and the
 * one that the Swarm uses for published ports.
 */
export function closedToServices(text: string, containers: readonly Container[]): ReadonlySet<string> {
  const open = new Set([
    "bridge",
    ...linesOf(text).flatMap((line) => {
      const [name, , ingress] = itemsOf(line);
      return ingress === true ? [] : [textOf(name)];
    }),
  ]);
  return new Set(containers.flatMap(({ networks }) => networks).filter((name) => !open.has(name)));
}

/** The containers of a node of a Swarm, with this program's own under the names that they have on hosts. */
export interface NodeContainers {
  readonly containers: readonly Container[];
  /** The names that this program's own have on the node, by their role. */
  readonly tasks: Readonly<Partial<Record<Role, string>>>;
}

/**
 * Gives the tasks of this program on a node of a Swarm the names that their containers have on a host, and leaves out earlier
 * tasks of theirs, containers that have these names already, and the task that asks.
 */
export function asOnHost(containers: readonly Container[]): NodeContainers {
  const isRole = ({ labels }: Container, role: string): boolean => labels.get("datadog-hosts.role") === role;
  const own = (Object.entries(containerNames) as [Role, string][]).flatMap(([role, service]) => {
    const all = containers.filter((one) => isRole(one, role) && one.name.startsWith(`${service}.`));
    const newest = all.toSorted((a, b) => (a.secondsUp ?? Infinity) - (b.secondsUp ?? Infinity));
    const found = newest.find(({ state }) => state === "running") ?? newest[0];
    return found === undefined ? [] : [{ role, service, found, all }];
  });
  const left = containers.filter(
    (one) => !isRole(one, "question") && !own.some(({ service, all }) => all.includes(one) || one.name === service),
  );
  return {
    containers: [...left, ...own.map(({ service, found }) => ({ ...found, name: service }))],
    tasks: Object.fromEntries(own.map(({ role, found }) => [role, found.name])),
  };
}

function linesOf(text: string): unknown[] {
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as unknown];
    } catch {
      return [];
    }
  });
}
