import { closest, distance } from "fastest-levenshtein";

import {
  hintNames,
  hintVariables,
  integrationNames,
  selectIntegrations,
  serviceNames,
  type HintName,
  type IntegrationName,
  type Signs,
} from "../../infra/integrations";
import type { Container } from "./containers";

/** A service that containers can request, and its integration. */
export interface Service {
  readonly integration: IntegrationName;
  /** The service's usual name, such as `redis`. */
  readonly service: string;
  /** The names of its check, in both generations of the agent. */
  readonly checks: ReadonlySet<string>;
  /** All names by which a container can request it, the usual one first. */
  readonly names: readonly string[];
  /** Its names in a hint for this service alone, the usual one first; they are not all in `names`. */
  readonly hintNames: readonly string[];
  /** The hints that its check reads beside the port; undefined if they are not known. */
  readonly hints?: ReadonlySet<string>;
  /** The service's default port; undefined if it has none. */
  readonly defaultPort?: number;
  /** Signs that identify a container that requests nothing. Undefined if there are none. */
  readonly signs?: Signs;
  /** Whether the program can generate a status page for it. */
  readonly hasStatusPage: boolean;
}

/** All services that containers can request. */
export const services: readonly Service[] = integrationNames.flatMap((integration) =>
  selectIntegrations([integration]).flatMap((found) =>
    found.containers === undefined
      ? []
      : [
          {
            integration,
            names: serviceNames(found),
            hintNames: hintNames(found),
            checks: new Set(Object.values(found.check)),
            hasStatusPage: found.statusPage !== undefined,
            // The guide of an integration of one's own does not list them.
            ...(found.own === undefined && {
              hints: new Set<string>((found.guide.hints ?? []).map(({ hint }) => hint)),
            }),
            ...found.containers,
          },
        ],
  ),
);

/** The label by which a container requests services; it takes precedence over the variable SERVICE. */
export const serviceLabel = "datadog-hosts.service";

/** Of a declaration longer than {@link maxDeclaration}, only this many characters are read. */
const readOfLong = 2001;
const maxDeclaration = 4000;

/** A character that does not count around a declared value. */
const ignored = /^[\s\u0085\p{Z}\p{Cf}]$/u;

/** A pair of quotes around a text: plain ones, plain ones with backslashes, or typographic ones. */
const quotes = /^(?:"(.*)"|'(.*)'|\\"(.*)\\"|\\'(.*)\\'|[“„](.*)[”“]|[‘‚](.*)[’‘]|«(.*)»)$/s;

/**
 * A declared value as "declared" in `templates/generator/hints.tmpl` reads it: without a comment at its end, and trimmed. A
 * container may declare megabytes.
 */
function readDeclaration(text: string): string {
  return trimDeclaration(withoutComment(text.slice(0, maxDeclaration + 1)));
}

/**
 * Trims a declared value as "cleaned" in `templates/generator/hints.tmpl` does: removes blanks and invisible characters at
 * both ends, then one pair of quotes; cuts a value that is far too long.
 */
function trimDeclaration(text: string): string {
  if (text.length > maxDeclaration) return text.slice(0, readOfLong);
  const inside = trimIgnored(text);
  const quoted = quotes.exec(inside);
  return quoted === null ? inside : trimIgnored(quoted.slice(1).join(""));
}

/**
 * A text without the comment that Docker leaves in a value of an env file: from a # after a blank, or all of it if it begins
 * with a # before a blank, unless it is in quotes.
 */
function withoutComment(text: string): string {
  const trimmed = text.replace(/^[ \t]+/, "").trimEnd();
  if (!text.includes("#") || /^(".*"|'.*')$/.test(trimmed)) return text;
  if (/^#([ \t][^\n]*)?$/.test(text)) return "";
  const line = text.lastIndexOf("\n") + 1;
  for (let place = text.indexOf("#", line + 1); place > 0; place = text.indexOf("#", place + 1)) {
    if (/[ \t]/.test(text[place - 1] ?? "")) return text.slice(0, place);
  }
  return text;
}

/** A text without ignored characters at both ends. An expression for its end would try each blank inside of the text again. */
function trimIgnored(text: string): string {
  const characters = Array.from(text);
  const start = characters.findIndex((character) => !ignored.test(character));
  const end = characters.findLastIndex((character) => !ignored.test(character));
  return start < 0 ? "" : characters.slice(start, end + 1).join("");
}

/** The label or variable by which a container requests services; undefined if it requests none. */
export function declarationSource({ labels, service }: Pick<Container, "labels" | "service">): string | undefined {
  if (readDeclaration(labels.get(serviceLabel) ?? "") !== "") return `label ${serviceLabel}`;
  return readDeclaration(service) === "" ? undefined : "variable SERVICE";
}

/** Longer names of services are cut to this number of characters. */
const maxNameLength = 60;

/** Longer lists of services are cut to this number of characters, as "services" in `templates/generator/services.tmpl` does. */
const maxListLength = 1000;

/** Names of the services that a container requests, known or not, as the generator reads them: unquoted, in lower case. */
export function requestedServices({ labels, service }: Pick<Container, "labels" | "service">): string[] {
  const declared = readDeclaration(labels.get(serviceLabel) ?? "") || readDeclaration(service);
  return declared
    .slice(0, maxListLength)
    .split(",")
    .map((word) =>
      trimDeclaration(trimDeclaration(word.toLowerCase()).replace(/^["']+|["']+$/g, "")).slice(0, maxNameLength),
    )
    .filter((word) => word !== "");
}

/** The server for which a container requests a generated status page, as the generator reads it; empty if there is none. */
export function requestedPage({ labels }: Pick<Container, "labels">): string {
  return readDeclaration(labels.get("datadog-hosts.status-page") ?? "").toLowerCase();
}

/** The service with a name; undefined if no service has it. */
export function serviceByName(name: string): Service | undefined {
  return services.find(({ names }) => names.includes(name));
}

/** Whether a service's check reads a hint. */
export function readsHint({ hints: read }: Service, hint: string): boolean {
  return hint === "port" || read === undefined || read.has(hint);
}

/**
 * The labels and variables that declare a hint: those for one service alone first, which take precedence.
 * @param names that service's names in hints.
 */
export function hintPlaces(names: readonly string[], hint: HintName): { labels: string[]; variables: string[] } {
  const variable = hintVariables[hint];
  return {
    labels: [...names.map((name) => `datadog-hosts.${name}.${hint}`), `datadog-hosts.${hint}`],
    variables: [...names.map((name) => `${variable}_${name.toUpperCase()}`), variable],
  };
}

/** Whether a container declares a hint, for a service alone or for all of its services. */
export function declaresHint(container: Container, { hintNames: names }: Service, hint: HintName): boolean {
  const { labels, variables } = hintPlaces(names, hint);
  return labels.some((label) => container.labels.has(label)) || variables.some((one) => container.variables.has(one));
}

/** The service that a check monitors; undefined if it monitors none. */
export function serviceOfCheck(check: string): Service | undefined {
  return services.find(({ checks }) => checks.has(check));
}

/** Services by all names of the service and of its check: users confuse the two. */
const servicesByName = new Map(
  services.flatMap((one) => [...one.names, ...one.checks].map((name) => [name, one] as const)),
);

/** The maximum edit distance between a misspelt name and the service that it means. */
const maxTypos = 2;

/** What an unknown name probably means, and how to say that. */
export interface Meant {
  readonly services: readonly Service[];
  /** A phrase that follows the name. */
  readonly description: string;
}

/** What an unknown name probably means: the nearest name, or several with something other than commas between. */
export function meantBy(name: string): Meant | undefined {
  const words = name.split(/[^a-z0-9_-]+/).filter((word) => word !== "");
  const listed = [...new Set(words.flatMap((word) => servicesByName.get(word) ?? []))];
  if (listed.length > 1 && words.every((word) => servicesByName.has(word))) {
    const names = listed.map(({ service }) => service).join(",");
    return { services: listed, description: `several services have commas between: ${names}` };
  }
  const nearest = closest(name, [...servicesByName.keys()]);
  const service =
    distance(name, nearest) <= Math.min(maxTypos, name.length / 2) ? servicesByName.get(nearest) : undefined;
  return (
    service && { services: [service], description: `which is unknown; the nearest known one is ${service.service}` }
  );
}
