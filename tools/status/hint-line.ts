import type { Container } from "../containers/containers";
import { requestedServices, serviceByName } from "../containers/services";
import type { Fix } from "./schema";

/**
 * The option that makes a container declare a value. A label for one service alone is used where another one would be
 * ignored, or would be for several services.
 * @param service the service that the value is for; empty if it is unknown.
 * @param name of the hint, such as `port`.
 */
export function hintLine(container: Container, service: string, name: string, value: string): Fix {
  const alone = `datadog-hosts.${service}.${name}`;
  const names = serviceByName(service)?.hintNames ?? [service];
  const isSpecific =
    service !== "" &&
    (requestedServices(container).length > 1 ||
      names.some((one) => container.labels.has(`datadog-hosts.${one}.${name}`)) ||
      [...container.variables].some((variable) => names.some((one) => variable.endsWith(`_${one.toUpperCase()}`))));
  return { place: "container", line: `--label ${isSpecific ? alone : `datadog-hosts.${name}`}=${value}` };
}
