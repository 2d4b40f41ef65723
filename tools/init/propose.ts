import { integrationNames, type IntegrationName } from "../../infra/integrations";
import { containerNames } from "../../infra/names";
import type { Container } from "../containers/containers";
import { recognise, type RecognisedService } from "../containers/recognise";
import { declarationSource, meantBy, requestedServices, serviceByName } from "../containers/services";
import type { Survey } from "./read-survey";

/** Proposed settings for one host, from the containers that run there. */
export interface Proposal {
  /** Networks that the agent has to join, sorted. The default bridge is not listed: the agent is always on it. */
  readonly networks: readonly string[];
  /** Integrations for the containers that run there, sorted. */
  readonly integrations: readonly IntegrationName[];
  /** What would make `make up` fail, and what to do. */
  readonly obstacles: readonly string[];
  /** What was found, and what prevents its monitoring. */
  readonly remarks: readonly string[];
}

/** A container to monitor. */
interface WatchedContainer {
  readonly container: Container;
  readonly services: readonly RecognisedService[];
}

/**
 * Proposes settings for a host.
 * @param stack name of the new stack.
 * @param requestedNetworks networks that the agent joins in any case. Default: the networks that the containers need.
 */
export function propose(survey: Survey, stack: string, requestedNetworks?: readonly string[]): Proposal {
  const others = survey.containers.filter((container) => !isAgentOrGenerator(container));
  const watched = others.flatMap((container): WatchedContainer[] => {
    const services = container.state === "running" ? servicesOf(container) : [];
    return services.length === 0 ? [] : [{ container, services }];
  });
  const unjoinable: UnjoinableReasons = new Map(survey.networks.map((network) => [network.name, network.unjoinable]));
  const networks =
    requestedNetworks ??
    chooseNetworks(
      watched.map(({ container }) => container.networks),
      (name) => canJoin(name, unjoinable) && !builtInNetworks.has(name),
    );
  return {
    networks,
    integrations: [
      ...new Set(watched.flatMap(({ services }) => services.map(({ integration }) => integration))),
    ].sort(),
    obstacles: [
      ...survey.containers.flatMap((container) => conflictObstacles(container, stack)),
      ...imageObstacles(survey),
      ...networkObstacles(requestedNetworks ?? [], unjoinable),
    ],
    remarks: watched.flatMap((one) => containerRemarks(one, networks, unjoinable)),
  };
}

/** The services of a container: those that it requests, a misspelt one as what it means, or what it is recognised by. */
function servicesOf(container: Container): readonly RecognisedService[] {
  const found = recognise(container);
  const by = declarationSource(container) ?? "";
  const meant = misspeltWords(container).flatMap(({ services }) =>
    services.map(({ integration, service }) => ({ integration, service, requested: true, by })),
  );
  return meant.length === 0 ? found : [...found.filter(({ requested }) => requested), ...meant];
}

/** The words of a container that are no service, each with what it probably means. */
function misspeltWords(container: Container) {
  return requestedServices(container)
    .filter((word) => serviceByName(word) === undefined)
    .flatMap((word) => {
      const meant = meantBy(word);
      return meant === undefined ? [] : [{ word, ...meant }];
    });
}

/** For each network of a host: why no container can join it, or undefined if a container can. */
type UnjoinableReasons = ReadonlyMap<string, string | undefined>;

function canJoin(network: string, unjoinable: UnjoinableReasons): boolean {
  return unjoinable.has(network) && unjoinable.get(network) === undefined;
}

/** The integrations for everything that runs on a stack's hosts, and `docker`; undefined if nothing runs there yet. */
export function proposedIntegrations(proposals: readonly Proposal[]): IntegrationName[] | undefined {
  const found = new Set(proposals.flatMap(({ integrations }) => integrations));
  return found.size === 0 ? undefined : integrationNames.filter((name) => name === "docker" || found.has(name));
}

/** Docker's built-in networks, which a container can't join in addition to others. */
const builtInNetworks: ReadonlySet<string> = new Set(["bridge", "host", "none"]);

/** Chooses few networks that reach all containers: repeatedly the network with the most containers not reached yet. */
function chooseNetworks(containers: readonly (readonly string[])[], isJoinable: (name: string) => boolean): string[] {
  const chosen: string[] = [];
  let unreached = containers.filter((networks) => !networks.includes("bridge"));
  for (;;) {
    const counts = new Map<string, number>();
    for (const name of unreached.flatMap((networks) => networks.filter(isJoinable))) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const [best] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    if (best === undefined) return chosen.sort();
    chosen.push(best[0]);
    unreached = unreached.filter((networks) => !networks.includes(best[0]));
  }
}

function containerRemarks(
  { container, services }: WatchedContainer,
  networks: readonly string[],
  unjoinable: UnjoinableReasons,
): string[] {
  const { name } = container;
  const signs = [...new Set(services.map(({ by }) => by))];
  const found = signs
    .map((sign) => {
      const names = services.filter(({ by }) => by === sign).map(({ service }) => service);
      return `${names.join(", ")} (by its ${sign})`;
    })
    .join(", ");
  const unreachable = unreachableReason(container, networks, unjoinable);
  const unrequested = services.filter(({ requested }) => !requested).map(({ service }) => service);
  return [
    `${name} runs ${found}${unreachable === undefined ? "" : `, and the agent can't reach it: ${unreachable}`}`,
    ...misspeltWords(container).map(
      ({ word, services: meant, description }) =>
        `${name} will not be watched: its service is "${word}", ${description}; start it with the label datadog-hosts.service=${meant.map(({ service }) => service).join(",")}`,
    ),
    ...unrequested.map(
      (service) =>
        `${name} does not ask to be watched: start it with the variable SERVICE=${service} or the label datadog-hosts.service=${service}`,
    ),
  ];
}

/**
 * Why the agent can't reach a container, and what to do.
 * @param joined networks that the agent is on besides the default bridge.
 */
function unreachableReason(
  { networkMode, networks }: Container,
  joined: readonly string[],
  unjoinable: UnjoinableReasons,
): string | undefined {
  if (networkMode === "host" || networks.includes("host")) {
    return "it is on the host's own network, which agent: { network: host } watches";
  }
  if (networkMode === "none" || networks.length === 0 || networks.every((name) => name === "none")) {
    return "it is on no network";
  }
  if (networks.some((name) => name === "bridge" || joined.includes(name))) return undefined;
  const joinable = networks.filter((name) => canJoin(name, unjoinable));
  if (joinable.length > 0) return `it is on ${joinable.join(", ")} alone; add one of them to the networks`;
  const reasons = networks.map(
    (name) => `no container can join its network ${name}, which ${unjoinable.get(name) ?? "is not there"}`,
  );
  return reasons.join("; ");
}

/** Images of agents and generators, also of those that this program did not create, by the last part of their path. */
const agentImages = /(?:^|\/)(?:docker-dd-agent|docker-gen|datadog\/agent|datadoghq\/agent|agent)(?=[:@]|$)/;

const ownNames: readonly string[] = Object.values(containerNames);

function isAgentOrGenerator({ name, labels, image }: Container): boolean {
  return ownNames.includes(name) || labels.has("datadog-hosts.role") || agentImages.test(image);
}

/** Obstacles for a container that `up` would refuse to replace: another stack's, or one that does this program's work. */
function conflictObstacles({ name, image, labels }: Container, stack: string): string[] {
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

/** Obstacles for networks that the user has named: the preflight would refuse them. */
function networkObstacles(requested: readonly string[], unjoinable: UnjoinableReasons): string[] {
  return requested.flatMap((name) => {
    if (!unjoinable.has(name)) return [`there is no Docker network ${name}: docker network create ${name} creates it`];
    const reason = unjoinable.get(name);
    return reason === undefined ? [] : [`no container can join the Docker network ${name}, which ${reason}`];
  });
}

function imageObstacles({ missingImages }: Survey): string[] {
  return missingImages.map(
    ({ image, reason }) =>
      `the image ${image} is not on the host, and can't be pulled${reason === "" ? "" : ` (${reason})`}: load it there by hand (docker save, docker load), or name another one`,
  );
}
