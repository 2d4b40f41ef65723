import { integrationNames, type IntegrationName } from "../../infra/integrations";
import { containerNames } from "../../infra/names";
import type { Container } from "../containers/containers";
import { recognise, type Recognised } from "../containers/recognise";
import type { Survey } from "./read-survey";

/** What one host's containers come to. */
export interface Proposal {
  /** Networks that the agent has to join, sorted; the default bridge is always its own. */
  readonly networks: readonly string[];
  /** Integrations that something runs for, sorted. */
  readonly integrations: readonly IntegrationName[];
  /** What would keep `make up` from its work, and what to do. */
  readonly obstacles: readonly string[];
  /** What is worth a word: what was found, and what is in the way of watching it. */
  readonly remarks: readonly string[];
}

/** A container that is to be watched. */
interface Watched {
  readonly container: Container;
  readonly services: readonly Recognised[];
}

/**
 * What is proposed for a host by what runs there.
 * @param stack the name of the stack that is to be made.
 * @param wanted networks that the agent joins whatever runs there. Default: those that are needed.
 */
export function propose(survey: Survey, stack: string, wanted?: readonly string[]): Proposal {
  const others = survey.containers.filter((container) => !isAgentOrGenerator(container));
  const watched = others.flatMap((container): Watched[] => {
    const services = container.state === "running" ? recognise(container) : [];
    return services.length === 0 ? [] : [{ container, services }];
  });
  const closed = new Map(survey.networks.map(({ name, closed: reason }) => [name, reason]));
  const open = (name: string): boolean => closed.has(name) && closed.get(name) === undefined && !special.has(name);
  const networks =
    wanted ??
    chooseNetworks(
      watched.map(({ container }) => container.networks),
      open,
    );
  return {
    networks,
    integrations: [
      ...new Set(watched.flatMap(({ services }) => services.map(({ integration }) => integration))),
    ].sort(),
    obstacles: [...survey.containers.flatMap((container) => inTheWay(container, stack)), ...imageObstacles(survey)],
    remarks: watched.flatMap((one) => remarksOn(one, networks, closed)),
  };
}

/** The integrations of a stack by what runs on its hosts, and the engine's own; undefined where nothing runs yet. */
export function integrationsOf(proposals: readonly Proposal[]): IntegrationName[] | undefined {
  const found = new Set(proposals.flatMap(({ integrations }) => integrations));
  return found.size === 0 ? undefined : integrationNames.filter((name) => name === "docker" || found.has(name));
}

/** Networks that are no network of the kind that a container joins by name beside others. */
const special: ReadonlySet<string> = new Set(["bridge", "host", "none"]);

/** The fewest networks by which all containers are reached: again and again the one that most of them are on. */
function chooseNetworks(containers: readonly (readonly string[])[], open: (name: string) => boolean): string[] {
  const chosen: string[] = [];
  let left = containers.filter((networks) => !networks.includes("bridge"));
  for (;;) {
    const counts = new Map<string, number>();
    for (const name of left.flatMap((networks) => networks.filter(open))) counts.set(name, (counts.get(name) ?? 0) + 1);
    const [best] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    if (best === undefined) return chosen.sort();
    chosen.push(best[0]);
    left = left.filter((networks) => !networks.includes(best[0]));
  }
}

function remarksOn(
  { container, services }: Watched,
  networks: readonly string[],
  closed: ReadonlyMap<string, string | undefined>,
): string[] {
  const { name } = container;
  const found = services.map(({ service, by }) => `${service} (by its ${by})`).join(", ");
  const unreached = whyNotReached(container, networks, closed);
  const silent = services.filter(({ asks }) => !asks).map(({ service }) => service);
  return [
    `${name} runs ${found}${unreached === undefined ? "" : `, and the agent can't reach it: ${unreached}`}`,
    ...silent.map(
      (service) =>
        `${name} does not ask to be watched: start it with the variable SERVICE=${service} or the label datadog-hosts.service=${service}`,
    ),
  ];
}

/** Why an agent on the default bridge and some networks can't reach a container, and what to do. */
function whyNotReached(
  { networkMode, networks }: Container,
  joined: readonly string[],
  closed: ReadonlyMap<string, string | undefined>,
): string | undefined {
  if (networkMode === "host" || networks.includes("host")) {
    return "it is on the host's own network, which agent: { network: host } watches";
  }
  if (networkMode === "none" || networks.length === 0 || networks.every((name) => name === "none")) {
    return "it is on no network";
  }
  if (networks.some((name) => name === "bridge" || joined.includes(name))) return undefined;
  const open = networks.filter((name) => closed.has(name) && closed.get(name) === undefined);
  if (open.length > 0) return `it is on ${open.join(", ")} alone; add one of them to the networks`;
  const reasons = networks.map(
    (name) => `no container can join its network ${name}, which ${closed.get(name) ?? "is not there"}`,
  );
  return reasons.join("; ");
}

/** Images of agents and generators that others run, by the last part of their path. */
const agentImages = /(?:^|\/)(?:docker-dd-agent|docker-gen|datadog\/agent|datadoghq\/agent|agent)(?=[:@]|$)/;

const ownNames: readonly string[] = Object.values(containerNames);

function isAgentOrGenerator({ name, labels, image }: Container): boolean {
  return ownNames.includes(name) || labels.has("datadog-hosts.role") || agentImages.test(image);
}

/** Containers that `up` would refuse to replace: the names are those of this program's own. */
function inTheWay({ name, image, labels }: Container, stack: string): string[] {
  const owner = labels.get("datadog-hosts.stack");
  if (owner !== undefined) {
    return owner === stack
      ? []
      : [`the container ${name} belongs to stack ${owner}: take the host out of that stack and run up there`];
  }
  if (!ownNames.includes(name) && !/(?:^|\/)(?:docker-dd-agent|docker-gen)(?=[:@]|$)/.test(image)) return [];
  return [
    `the container ${name} (${image}) is in the way: add datadog-hosts:adopt: true to the stack's file to take it over, or remove it`,
  ];
}

function imageObstacles({ missingImages }: Survey): string[] {
  return missingImages.map(
    ({ image, said }) =>
      `the image ${image} is not on the host, and its registry does not give it${said === "" ? "" : ` (${said})`}: load it there by hand (docker save, docker load), or name another one`,
  );
}
