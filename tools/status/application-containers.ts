import { closest, distance } from "fastest-levenshtein";

import { integrationNames, selectIntegrations } from "../../infra/integrations";
import { hintOf, type ContainerState } from "./containers";

/** The services that containers can ask for, with the names of their checks. */
const services = new Map(
  selectIntegrations(integrationNames).flatMap(({ containers, check }) =>
    containers === undefined ? [] : [[containers.service, new Set(Object.values(check))] as const],
  ),
);

/** Names that somebody may write, with the service that is meant. */
const meant = new Map(
  [...services].flatMap(([service, checks]) => [service, ...checks].map((name) => [name, service] as const)),
);

/** The most letters by which a misspelt name may differ. */
const mostTypos = 2;

/** The most unknown services that are listed; the rest is counted. */
const mostNamed = 5;

/**
 * Remarks on the containers of a host that their configs don't have: containers that are paused or restart again and
 * again, and containers that ask for an unknown or unlisted service.
 * @param checks of the stack; undefined if they are not known.
 */
export function applicationRemarks(containers: readonly ContainerState[], checks?: readonly string[]): string[] {
  const others = containers.filter(({ labels }) => !labels.has("datadog-hosts.role"));
  const asking = others.map((container) => ({ container, requested: servicesOf(container) }));
  const unknown: string[] = [];
  const remarks = asking.flatMap(({ container, requested }) => {
    const { name } = container;
    const known = requested.filter((service) => services.has(service));
    return [
      ...(known.length === 0 ? [] : stateRemarks(container)),
      ...known.flatMap((service) =>
        isListed(service, checks) ? [] : [`${name} asks for ${service}, which the stack's integrations do not list`],
      ),
      ...requested.flatMap((service) => {
        if (services.has(service)) return [];
        const near = nearest(service);
        if (near !== undefined)
          return [
            `${name} has no instance: its service is "${service}", which is unknown; the nearest known one is ${near}`,
          ];
        unknown.push(`${name} (${service})`);
        return [];
      }),
    ];
  });
  if (unknown.length === 0) return remarks;
  const named = unknown.sort().slice(0, mostNamed).join(", ");
  const more = unknown.length > mostNamed ? ` and ${unknown.length - mostNamed} more` : "";
  return [
    ...remarks,
    `no integration is for the service of ${named}${more}; there are: ${[...services.keys()].sort().join(", ")}`,
  ];
}

/** The services that a container asks for, as the generator reads them: without quotes, in lower case. */
function servicesOf(container: ContainerState): string[] {
  return hintOf(container, "datadog-hosts.service", "SERVICE")
    .split(",")
    .map((service) =>
      service
        .trim()
        .toLowerCase()
        .replace(/^["']+|["']+$/g, "")
        .trim()
        .slice(0, 60),
    )
    .filter((service) => service !== "");
}

function nearest(service: string): string | undefined {
  const near = closest(service, [...meant.keys()]);
  return distance(service, near) <= Math.min(mostTypos, service.length / 2) ? meant.get(near) : undefined;
}

function isListed(service: string, checks: readonly string[] | undefined): boolean {
  return checks === undefined || checks.some((check) => services.get(service)?.has(check));
}

function stateRemarks({ name, state, exitCode }: ContainerState): string[] {
  if (state === "paused") return [`${name} is paused, so it is not monitored: docker unpause ${name} resumes it`];
  return state === "restarting"
    ? [`${name} restarts again and again (exit code ${exitCode}): docker logs ${name} on the host says why`]
    : [];
}
