import { supportsIntegration, type GenerationNumber } from "../../infra/integrations";
import type { Container } from "../containers/containers";
import {
  declaresHint,
  meantBy,
  serviceByName,
  services,
  requestedServices,
  type Service,
} from "../containers/services";
import { ineffectiveHintRemarks } from "./ineffective-hints";

/** The most unknown services that are listed; the rest is counted. */
const mostNamed = 5;

/**
 * Remarks on the containers of a host that their configs don't have: containers that are paused or restart again and
 * again, containers that ask for an unknown or unlisted service, and what they declare without effect.
 * @param containers all of them but this program's own.
 * @param generation of the host's agent.
 * @param checks of the stack; undefined if they are not known.
 */
export function applicationRemarks(
  containers: readonly Container[],
  generation: GenerationNumber,
  checks?: readonly string[],
): string[] {
  const unknown: string[] = [];
  const remarks = containers.flatMap((container) => {
    const { name } = container;
    const words = requestedServices(container);
    const known = words.flatMap((word) => serviceByName(word) ?? []);
    return [
      ...(known.length === 0 ? [] : stateRemarks(container)),
      ...ineffectiveHintRemarks(container),
      ...commonPortRemarks(container, known),
      ...known.flatMap((service) => {
        if (!supportsIntegration(generation, service.integration))
          return [`${name} asks for ${service.service}, for which generation ${generation} of the agent has no check`];
        return checks === undefined || checks.some((check) => service.checks.has(check))
          ? []
          : [`${name} asks for ${service.service}, which the stack's integrations do not list`];
      }),
      ...words.flatMap((word) => {
        if (serviceByName(word) !== undefined) return [];
        const meant = meantBy(word);
        if (meant !== undefined) return [`${name} has no instance: its service is "${word}", ${meant.description}`];
        unknown.push(`${name} (${word})`);
        return [];
      }),
    ];
  });
  if (unknown.length === 0) return remarks;
  const named = unknown.sort().slice(0, mostNamed).join(", ");
  const more = unknown.length > mostNamed ? ` and ${unknown.length - mostNamed} more` : "";
  const all = services.map(({ service }) => service).sort();
  return [...remarks, `no integration is for the service of ${named}${more}; there are: ${all.join(", ")}`];
}

function stateRemarks({ name, state, exitCode }: Container): string[] {
  if (state === "paused") return [`${name} is paused, so it is not monitored: docker unpause ${name} resumes it`];
  return state === "restarting"
    ? [`${name} restarts again and again (exit code ${exitCode}): docker logs ${name} on the host says why`]
    : [];
}

/** Services that are asked on the same port, the only one that their container exposes, though it is no usual one of theirs. */
function commonPortRemarks(container: Container, asked: readonly Service[]): string[] {
  const { name, ports } = container;
  const usual = new Set(services.map(({ defaultPort }) => defaultPort));
  const [port] = ports;
  if (port === undefined || ports.length > 1 || usual.has(port)) return [];
  const sharing = [...new Set(asked)].filter(
    (service) => service.defaultPort !== undefined && !declaresHint(container, service, "port"),
  );
  const names = sharing.map(({ service }) => service);
  const [first, second] = names;
  if (first === undefined || second === undefined) return [];
  return [
    `${name} exposes port ${port} only, on which ${names.join(" and ")} are asked: declare the port of each (--label datadog-hosts.${first}.port=PORT --label datadog-hosts.${second}.port=PORT)`,
  ];
}
