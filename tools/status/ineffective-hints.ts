import { closest, distance } from "fastest-levenshtein";

import { hintVariables, logHintVariables } from "../../infra/integrations";
import { ownerLabels } from "../../infra/names";
import { cacheLabel } from "../shared/cache";
import { services, serviceByName, readsHint, requestedPage, requestedServices } from "../containers/services";
import type { Container } from "../containers/containers";

/** What labels of this program begin with. */
const prefix = "datadog-hosts.";

/** A label whose author probably meant the prefix. */
const nearPrefix = /^data[-_. ]?dog[-_. ]?hosts?[-_./: ]+/i;

/** Hints of labels that are not for one service alone. */
const common = ["service", "project", "environment", "tags", "status-page", ...Object.keys(logHintVariables)];

/** Hints of labels that may follow a service's name: `datadog-hosts.redis.port`. */
const hints = Object.keys(hintVariables);

/** The names that a hint for one service follows in a label. */
const serviceNames = services.flatMap(({ hintNames }) => hintNames);

/** The labels that this program sets by itself, on its containers and on images that it builds. */
const own = [...Object.keys(ownerLabels({ stackName: "", name: "" }, "agent")), cacheLabel.replace(/=.*$/, "")];

/** The variables that declare something of a container that asks for a service. */
const allVariables = [
  ...Object.values(hintVariables),
  ...Object.values(logHintVariables),
  ...["PROJECT", "ENVIRONMENT", "DATADOG_TAGS"],
];

/** Those that are long enough for a misspelt one to be told from another program's. */
const variables = allVariables.filter(({ length }) => length >= 8);

/** Whether a name is that of a variable but for its capitals: Linux tells them apart. */
const isOtherCase = (name: string, variable: string): boolean => name !== variable && name.toUpperCase() === variable;

/** The most labels and variables of one container that are named. */
const mostNamed = 5;

/** How much of a label, a variable or a value is shown, in characters. */
const longest = 60;

/**
 * Remarks on what a container declares without effect: labels that look like this program's and that nothing reads, with
 * the nearest one that is read; a status page of an unknown server; and misspelt variables of a container that asks for a
 * service.
 */
export function ineffectiveHintRemarks(container: Container): string[] {
  const { name, labelNames, variables: declared } = container;
  const labelRemarks = labelNames.flatMap((label) => {
    const start = label.slice(0, longest);
    const why = whyIneffective(start, container);
    return why === undefined ? [] : [`${name} has the label ${start}, which has no effect: ${why}`];
  });
  const unread = [...unreadVariables(container)].map(
    (variable) => `${name} has the variable ${variable}, which has no effect: no service that it asks for reads it`,
  );
  const page = requestedPage(container);
  const servers = services.filter(({ hasStatusPage }) => hasStatusPage).map(({ service }) => service);
  const pageRemarks =
    page === "" || servers.includes(page)
      ? []
      : [`${name} asks for the status page of "${page.slice(0, longest)}", and there are only: ${servers.join(", ")}`];
  const asked = requestedServices(container).flatMap((word) => serviceByName(word)?.service ?? []);
  const variableRemarks = [...declared].flatMap((variable) => {
    const meant = isOtherCase(variable, "SERVICE")
      ? "SERVICE"
      : asked.length > 0
        ? misspelt(variable, asked)
        : undefined;
    return meant === undefined || declared.has(meant)
      ? []
      : [`${name} has the variable ${variable.slice(0, longest)}, which has no effect: probably ${meant} is meant`];
  });
  const all = [...labelRemarks, ...unread, ...pageRemarks, ...variableRemarks];
  return all.length <= mostNamed
    ? all
    : [...all.slice(0, mostNamed), `${name} has ${all.length - mostNamed} more labels and variables without effect`];
}

/** Why nothing reads a label that looks like this program's; undefined if something does, or if it is another program's. */
function whyIneffective(label: string, container: Container): string | undefined {
  if (!label.startsWith(prefix)) {
    const rest = label.replace(nearPrefix, "");
    return rest === label ? undefined : `labels of this program begin with ${prefix}; ${nearest(rest.toLowerCase())}`;
  }
  const hint = label.slice(prefix.length);
  if (common.includes(hint) || own.includes(label)) return undefined;
  if (hints.includes(hint))
    return isRead(hint, container) ? undefined : "no service that the container asks for reads it";
  const dot = hint.lastIndexOf(".");
  const service = hint.slice(0, Math.max(dot, 0));
  if (!serviceNames.includes(service) || !hints.includes(hint.slice(dot + 1))) return nearest(hint);
  const asked = requestedServices(container)
    .map(serviceByName)
    .find((one) => one?.hintNames.includes(service) === true);
  if (asked === undefined) return `it is for ${service}, which the container does not ask for`;
  return readsHint(asked, hint.slice(dot + 1)) ? undefined : `${asked.service} does not read it`;
}

/** Whether one of the services that a container asks for reads a hint; also if it asks for none that is known. */
function isRead(hint: string, container: Container): boolean {
  const asked = requestedServices(container).flatMap((word) => serviceByName(word) ?? []);
  return asked.length === 0 || asked.some((service) => readsHint(service, hint));
}

/** The variables that only this program knows, and whose silent loss would cost a login or its secrecy. */
const ownVariables = ["tls", "username", "password-file"] as const;

/** Those of a container that no service reads which it asks for. */
function unreadVariables(container: Container): string[] {
  return ownVariables.flatMap((hint) => {
    const variable = hintVariables[hint];
    return container.variables.has(variable) && !isRead(hint, container) ? [variable] : [];
  });
}

/** The label that is nearest to one that is unknown, by what stands behind the prefix. */
function nearest(hint: string): string {
  const dot = hint.lastIndexOf(".");
  const service = hint.slice(0, Math.max(dot, 0)).toLowerCase();
  const known = dot < 0 ? [...common, ...hints] : hints;
  const last = closest(hint.slice(dot + 1).toLowerCase(), known);
  const of = service === "" ? "" : `${serviceByName(service)?.service ?? closest(service, serviceNames)}.`;
  return `the nearest known one is ${prefix}${of}${last}`;
}

/**
 * The variable that a misspelt one probably stands for; undefined if it is not near any.
 * @param asked the services that its container asks for.
 */
function misspelt(variable: string, asked: readonly string[]): string | undefined {
  const known = (name: string): boolean =>
    variables.some((one) => name === one || serviceNames.some((service) => name === `${one}_${service.toUpperCase()}`));
  if (known(variable)) return undefined;
  const inCapitals = allVariables.find((one) => isOtherCase(variable, one));
  if (inCapitals !== undefined) return inCapitals;
  const start = variable.slice(0, longest).toUpperCase();
  const near = closest(start, variables);
  if (distance(start, near) <= 1) return near;
  // Those for one service alone, such as VIRTPORT_REDDIS.
  const alone = asked.flatMap((service) =>
    Object.values(hintVariables).map((one) => `${one}_${service.toUpperCase()}`),
  );
  return alone.find((one) => distance(start, one) === 1);
}
