import { closest, distance } from "fastest-levenshtein";

import { integrationNames, selectIntegrations } from "../../infra/integrations";
import { says, type ContainerState } from "./containers";

/** The words by which containers ask, with the checks that are made of them. */
const services = new Map(
  selectIntegrations(integrationNames).flatMap(({ containers, check }) =>
    containers === undefined ? [] : [[containers.service, new Set(Object.values(check))] as const],
  ),
);

/** Every word that somebody may mean, with the one that is right. */
const meant = new Map(
  [...services].flatMap(([service, checks]) => [service, ...checks].map((word) => [word, service] as const)),
);

/** So many letters may differ in a slip of the pen. */
const slip = 2;

/** So many unknown words are named; the rest is counted. */
const mostNamed = 5;

/**
 * What is odd about the containers of a host besides what their configs say: those that are paused or end again and
 * again, and those that ask for an integration by a word that is none.
 * @param checks of the stack; undefined where that is not known.
 */
export function neighbourRemarks(containers: readonly ContainerState[], checks?: readonly string[]): string[] {
  const others = containers.filter(({ labels }) => !labels.has("datadog-hosts.role"));
  const asking = others.map((container) => ({ container, words: wordsOf(container) }));
  const unknown: string[] = [];
  const remarks = asking.flatMap(({ container, words }) => {
    const { name } = container;
    const known = words.filter((word) => services.has(word));
    return [
      ...(known.length === 0 ? [] : stateRemarks(container)),
      ...known.flatMap((word) =>
        isListed(word, checks) ? [] : [`${name} asks for ${word}, which the stack's integrations do not list`],
      ),
      ...words.flatMap((word) => {
        if (services.has(word)) return [];
        const near = nearest(word);
        if (near !== undefined)
          return [`${name} has no instance: its service is "${word}", which is none; the nearest one is ${near}`];
        unknown.push(`${name} (${word})`);
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

/** The words by which a container asks, as the generator reads them: without quotes, in small letters. */
function wordsOf(container: ContainerState): string[] {
  return says(container, "datadog-hosts.service", "SERVICE")
    .split(",")
    .map((word) =>
      word
        .trim()
        .toLowerCase()
        .replace(/^["']+|["']+$/g, "")
        .trim()
        .slice(0, 60),
    )
    .filter((word) => word !== "");
}

function nearest(word: string): string | undefined {
  const near = closest(word, [...meant.keys()]);
  return distance(word, near) <= Math.min(slip, word.length / 2) ? meant.get(near) : undefined;
}

function isListed(service: string, checks: readonly string[] | undefined): boolean {
  return checks === undefined || checks.some((check) => services.get(service)?.has(check));
}

function stateRemarks({ name, state, exitCode }: ContainerState): string[] {
  if (state === "paused") return [`${name} is paused, so it is not watched: docker unpause ${name} lets it go on`];
  return state === "restarting"
    ? [`${name} ends again and again (exit code ${exitCode}): docker logs ${name} on the host says why`]
    : [];
}
