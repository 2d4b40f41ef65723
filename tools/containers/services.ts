import { closest, distance } from "fastest-levenshtein";

import {
  integrationNames,
  selectIntegrations,
  serviceNames,
  type IntegrationName,
  type Signs,
} from "../../infra/integrations";
import type { Container } from "./containers";

/** An integration that containers ask for. */
export interface Service {
  readonly integration: IntegrationName;
  /** The word by which a container asks for it, such as `redis`. */
  readonly service: string;
  /** The names of its check, in both generations of the agent. */
  readonly checks: ReadonlySet<string>;
  /** All words by which a container asks for it, the usual one first. */
  readonly names: readonly string[];
  /** The usual port; undefined if there is none. */
  readonly defaultPort?: number;
  /** By what a container is recognised that does not ask; undefined: by nothing. */
  readonly signs?: Signs;
  /** Whether the program can generate a status page for it. */
  readonly hasStatusPage: boolean;
}

/** All services that containers can ask for. */
export const services: readonly Service[] = integrationNames.flatMap((integration) =>
  selectIntegrations([integration]).flatMap((found) =>
    found.containers === undefined
      ? []
      : [
          {
            integration,
            names: serviceNames(found),
            checks: new Set(Object.values(found.check)),
            hasStatusPage: found.statusPage !== undefined,
            ...found.containers,
          },
        ],
  ),
);

/** The label by which a container asks for integrations; it takes precedence over the variable SERVICE. */
export const serviceLabel = "datadog-hosts.service";

/**
 * A text without what is around it, as "cleaned" in `templates/generator/rules.tmpl`: blanks and invisible characters of any
 * kind, and then one pair of quotes.
 */
function cleaned(text: string): string {
  const around = /^[\s\u0085\p{Z}\p{Cf}]+|[\s\u0085\p{Z}\p{Cf}]+$/gu;
  const inside = text.replace(around, "");
  return /^(".*"|'.*')$/s.test(inside) ? inside.slice(1, -1).replace(around, "") : inside;
}

/** Where a container says what it asks for; undefined if it doesn't. */
export function askingPlace({ labels, service }: Pick<Container, "labels" | "service">): string | undefined {
  if (cleaned(labels.get(serviceLabel) ?? "") !== "") return `label ${serviceLabel}`;
  return cleaned(service) === "" ? undefined : "variable SERVICE";
}

/** The longest word of a service that is shown, in characters. */
const longest = 60;

/** The words of the services that a container asks for, as the generator reads them: without quotes, in lower case. */
export function wordsOf({ labels, service }: Pick<Container, "labels" | "service">): string[] {
  const asked = cleaned(labels.get(serviceLabel) ?? "") || cleaned(service);
  return asked
    .split(",")
    .map((word) => cleaned(cleaned(word.toLowerCase()).replace(/^["']+|["']+$/g, "")).slice(0, longest))
    .filter((word) => word !== "");
}

/** The service of a word; undefined if the word is unknown. */
export function serviceOf(word: string): Service | undefined {
  return services.find(({ names }) => names.includes(word));
}

/** The service that a check watches; undefined if it watches none. */
export function serviceOfCheck(check: string): Service | undefined {
  return services.find(({ checks }) => checks.has(check));
}

/** Names that somebody may write, with the service that is meant. */
const meant = new Map(services.flatMap((one) => [...one.names, ...one.checks].map((name) => [name, one] as const)));

/** The most letters by which a misspelt name may differ. */
const mostTypos = 2;

/** The service that an unknown word probably means; undefined if none is near. */
export function nearestService(word: string): Service | undefined {
  const near = closest(word, [...meant.keys()]);
  return distance(word, near) <= Math.min(mostTypos, word.length / 2) ? meant.get(near) : undefined;
}
