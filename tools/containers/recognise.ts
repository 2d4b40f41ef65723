import type { IntegrationName } from "../../infra/integrations";
import { titleLabel, type Container } from "./containers";
import { declarationSource, services, requestedServices, type Service } from "./services";

/** A service that was recognised in a container. */
export interface RecognisedService {
  readonly integration: IntegrationName;
  /** The service's name, such as `redis`. */
  readonly service: string;
  /** Whether the container requests the service itself, by label or variable. */
  readonly requested: boolean;
  /** What identified it, such as `image redis`. */
  readonly by: string;
}

/** A service with signs by which a container that requests nothing is recognised. */
type Recognisable = Service & Required<Pick<Service, "signs">>;

const recognisable = services.filter((service): service is Recognisable => service.signs !== undefined);

/** The properties of a container that can identify its service. */
type Signature = Pick<Container, "image" | "command" | "labels" | "variables" | "ports" | "service">;

/**
 * Finds the services of a container. The services that it requests take precedence. If it requests none, the first of
 * these signs decides: the image's name, the program that it runs, the title in the image's labels, a variable that the
 * common images set, an exposed port that only one integration uses.
 */
export function recognise(container: Signature): RecognisedService[] {
  const requestedNames = requestedServices(container);
  const known = services.filter(({ names }) => names.some((name) => requestedNames.includes(name)));
  if (known.length > 0) {
    const by = declarationSource(container) ?? "";
    return known.map(({ integration, service }) => ({ integration, service, requested: true, by }));
  }
  for (const sign of signsInOrder) {
    for (const service of recognisable) {
      const by = sign(container, service);
      if (by !== undefined)
        return [{ integration: service.integration, service: service.service, requested: false, by }];
    }
  }
  return [];
}

type Sign = (container: Signature, service: Recognisable) => string | undefined;

const signsInOrder: readonly Sign[] = [
  ({ image }, { signs }) => matchSign("image", signs.images, [imageName(image)]),
  ({ command }, { signs }) => matchSign("command", signs.programs, programsOf(command)),
  ({ labels }, { signs }) =>
    matchSign(`label ${titleLabel}`, signs.images, [(labels.get(titleLabel) ?? "").toLowerCase()]),
  ({ variables }, { signs }) => matchSign("variable", signs.variables, [...variables]),
  ({ ports }, { defaultPort }) =>
    defaultPort !== undefined &&
    ports.includes(defaultPort) &&
    recognisable.filter((other) => other.defaultPort === defaultPort).length === 1
      ? `port ${defaultPort}`
      : undefined,
];

function matchSign(kind: string, signs: readonly string[], found: readonly string[]): string | undefined {
  const match = signs.find((sign) => found.includes(sign));
  return match === undefined ? undefined : `${kind} ${match}`;
}

/** The image's name without registry, path, tag and digest: `redis` for `registry.example:5000/library/redis:7@sha256:…`. */
function imageName(reference: string): string {
  const path = reference.replace(/@.*$/, "");
  return path.slice(path.lastIndexOf("/") + 1).replace(/:.*$/, "");
}

/** Names of programs whose only purpose is to start another program. */
const wrapperPrograms = /^(?:env|exec|tini|dumb-init|gosu|su-exec|nohup|.*entrypoint.*)$/;
const shells: ReadonlySet<string> = new Set(["sh", "bash", "dash", "ash"]);

/**
 * Names of the programs that a command line finally runs. Entrypoints and other wrappers are skipped; `sh -c` lines are
 * read.
 */
export function programsOf(command: readonly string[], depth = 0): string[] {
  const [first = "", ...rest] = command;
  const program = first.slice(first.lastIndexOf("/") + 1);
  if (depth > 10 || program === "") return [];
  if (shells.has(program)) {
    // Two steps: one expression for both would take minutes for an argument of many letters.
    const flag = rest.findIndex((word) => word.includes("c") && /^-[a-z]*$/.test(word));
    if (flag < 0)
      return programsOf(
        rest.filter((word) => !word.startsWith("-")),
        depth + 1,
      );
    const lines = (rest[flag + 1] ?? "").slice(0, 10_000).split(/\n|;|&&|\|\||\|/);
    return lines.flatMap((line) => programsOf(line.trim().split(/\s+/), depth + 1));
  }
  if (!wrapperPrograms.test(program)) return [program];
  const next = rest.findIndex((word) => !word.startsWith("-") && !/^[A-Z_]+=/.test(word));
  // gosu and su-exec take a user first.
  const programIndex = program === "gosu" || program === "su-exec" ? next + 1 : next;
  return next < 0 ? [program] : programsOf(rest.slice(programIndex), depth + 1);
}
